/// The time since an object was created, as kubectl prints it (apimachinery `HumanDuration`).
enum Age {
    /// The age of an object.
    static func text(created timestamp: String, now: Int) -> String {
        guard let created = Timestamp.seconds(timestamp) else { return "<unknown>" }
        return text(seconds: now - created)
    }

    /// A duration with at most two units, coarser the longer it is.
    static func text(seconds: Int) -> String {
        if seconds < -1 { return "<invalid>" }
        if seconds < 0 { return "0s" }
        let minutes = seconds / 60
        let hours = minutes / 60
        let days = hours / 24
        switch seconds {
        case ..<120: return "\(seconds)s"
        case ..<600: return two(minutes, "m", seconds % 60, "s")
        case ..<10_800: return "\(minutes)m"
        case ..<28_800: return two(hours, "h", minutes % 60, "m")
        case ..<172_800: return "\(hours)h"
        case ..<691_200: return two(days, "d", hours % 24, "h")
        case ..<63_072_000: return "\(days)d"
        case ..<252_288_000: return two(days / 365, "y", days % 365, "d")
        default: return "\(days / 365)y"
        }
    }

    private static func two(_ large: Int, _ unit: String, _ small: Int, _ rest: String) -> String {
        small == 0 ? "\(large)\(unit)" : "\(large)\(unit)\(small)\(rest)"
    }
}
