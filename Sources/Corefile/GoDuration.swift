/// Durations as Go's `time.ParseDuration` reads them and its `Duration.String` writes them.
///
/// A duration is numbers with units, largest first by habit, such as `500ms` or `1h30m`. Only 0 may
/// go without a unit. The units are `h`, `m`, `s`, `ms`, `us` (or `µs`) and `ns`.
public enum GoDuration {
    /// The longest duration: 2⁶³ - 1 nanoseconds, some 292 years.
    public static let max = Duration.nanoseconds(Int64.max)

    /// Reads a duration; nil if the text is none, or too long a one.
    public static func parse(_ text: String) -> Duration? {
        var rest = Array(text.utf8)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        if rest.elementsEqual([UInt8(ascii: "0")]) { return .zero }
        guard !rest.isEmpty else { return nil }
        var sum: UInt64 = 0
        while !rest.isEmpty {
            guard let part = readPart(&rest) else { return nil }
            let (next, overflows) = sum.addingReportingOverflow(part)
            guard !overflows, next <= 1 << 63 else { return nil }
            sum = next
        }
        if isNegative { return .nanoseconds(Int64(truncatingIfNeeded: 0 &- sum)) }
        return Int64(exactly: sum).map { .nanoseconds($0) }
    }

    /// Writes a duration, such as `1m30s`, `500ms` or `0s`; parts of a nanosecond are cut off.
    public static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let isNegative = seconds < 0 || attoseconds < 0
        let whole = seconds.magnitude
        let nanoseconds = attoseconds.magnitude / 1_000_000_000
        let sign = isNegative ? "-" : ""
        if whole == 0 {
            switch nanoseconds {
            case 0: return "0s"
            case ..<1_000: return "\(sign)\(nanoseconds)ns"
            case ..<1_000_000: return sign + decimal(nanoseconds, per: 1_000) + "µs"
            default: return sign + decimal(nanoseconds, per: 1_000_000) + "ms"
            }
        }
        let (minutes, rest) = whole.quotientAndRemainder(dividingBy: 60)
        let last = decimal(rest * 1_000_000_000 + nanoseconds, per: 1_000_000_000) + "s"
        if minutes == 0 { return sign + last }
        if minutes < 60 { return "\(sign)\(minutes)m\(last)" }
        return "\(sign)\(minutes / 60)h\(minutes % 60)m\(last)"
    }

    /// Reads a number and its unit; the nanoseconds.
    private static func readPart(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        let digits = rest.prefix(while: isDigit)
        rest = rest[digits.endIndex...]
        var fraction: ArraySlice<UInt8> = []
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = rest.prefix(while: isDigit)
            rest = rest[fraction.endIndex...]
        }
        guard !digits.isEmpty || !fraction.isEmpty else { return nil }
        let name = rest.prefix { $0 != UInt8(ascii: ".") && !isDigit($0) }
        rest = rest[name.endIndex...]
        guard let unit = units[String(decoding: name, as: UTF8.self)],
            let whole = digits.isEmpty ? 0 : UInt64(String(decoding: digits, as: UTF8.self)),
            whole <= (1 << 63) / unit
        else { return nil }
        return whole * unit + part(fraction, of: unit)
    }

    /// The nanoseconds of a decimal fraction of a unit, cut off.
    private static func part(_ fraction: ArraySlice<UInt8>, of unit: UInt64) -> UInt64 {
        var numerator: UInt64 = 0
        var scale = 1.0
        // Digits beyond what the numerator holds are far below a nanosecond.
        for digit in fraction {
            let next = numerator * 10 + UInt64(digit - UInt8(ascii: "0"))
            guard next <= 1 << 63 else { break }
            numerator = next
            scale *= 10
            if numerator > UInt64(Int64.max) / 10 { break }
        }
        return UInt64(Double(numerator) * (Double(unit) / scale))
    }

    /// A number of units with its fraction, without zeros at the end.
    private static func decimal(_ count: UInt64, per unit: UInt64) -> String {
        let (whole, rest) = count.quotientAndRemainder(dividingBy: unit)
        guard rest > 0 else { return "\(whole)" }
        var fraction = String(String(unit + rest).dropFirst())
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(whole).\(fraction)"
    }

    private static func isDigit(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
    }

    private static let units: [String: UInt64] = [
        "ns": 1, "us": 1_000, "\u{B5}s": 1_000, "\u{3BC}s": 1_000, "ms": 1_000_000,
        "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000,
    ]
}
