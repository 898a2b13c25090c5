internal import Glibc

/// The time as replies say it (RFC 9110 §5.6.7).
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The time now.
    static var now: String { text(Int(time(nil))) }

    /// A time in seconds since 1970, not before, as `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func text(_ seconds: Int) -> String {
        let day = seconds / 86_400
        let rest = seconds % 86_400
        // Years are counted from March, so that the day added in leap years is the last; in an era
        // of 400 of them the calendar repeats.
        let since = day + 719_468
        let inEra = since % 146_097
        let year = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365
        let dayOfYear = inEra - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let calendarYear = since / 146_097 * 400 + year + (month >= 10 ? 1 : 0)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(days[day % 7]), \(two(dayOfYear - (153 * month + 2) / 5 + 1))"
            + " \(months[(month + 2) % 12]) \(calendarYear)"
            + " \(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60)) GMT"
    }
}
