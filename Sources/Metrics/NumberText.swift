/// Numbers as Prometheus' own clients write them.
///
/// Values are read as numbers, but a bound is part of a label: rules that name `le="0.25"` find
/// theirs only if the text is the same.
enum NumberText {
    /// Writes a number with the fewest digits that give it back, as Go's `%g` does.
    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == 0 { return "0" }
        let sign = value < 0 ? "-" : ""
        let (digits, exponent) = decimal(value.magnitude)
        return sign
            + ((-4..<6).contains(exponent)
                ? fixed(digits, exponent) : scientific(digits, exponent))
    }

    /// Writes nanoseconds as seconds, exactly.
    static func seconds(nanoseconds: UInt64) -> String {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard rest > 0 else { return String(whole) }
        let text = String(rest)
        var fraction = String(repeating: "0", count: 9 - text.utf8.count) + text
        while fraction.utf8.last == UInt8(ascii: "0") { fraction.removeLast() }
        return "\(whole).\(fraction)"
    }

    /// The digits of a positive number, without zeros around, and the power of ten of the first.
    private static func decimal(_ value: Double) -> (digits: [UInt8], exponent: Int) {
        // Swift writes the fewest digits too, but puts the point elsewhere: 1e+16, 25.0, 2.5e-05.
        let parts = value.description.utf8.split(separator: UInt8(ascii: "e"))
        var digits: [UInt8] = []
        var exponent = parts.count > 1 ? Int(Substring(parts[1])) ?? 0 : 0
        var hasPoint = false
        for octet in parts[0] {
            if octet == UInt8(ascii: ".") {
                hasPoint = true
            } else {
                digits.append(octet)
                if !hasPoint { exponent += 1 }
            }
        }
        let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(leading)
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, exponent - leading - 1)
    }

    private static func fixed(_ digits: [UInt8], _ exponent: Int) -> String {
        let zero = UInt8(ascii: "0")
        if exponent < 0 {
            return "0." + String(repeating: "0", count: -exponent - 1) + text(digits[...])
        }
        let padding = max(0, exponent + 1 - digits.count)
        let whole = digits.prefix(exponent + 1) + repeatElement(zero, count: padding)
        let fraction = digits.dropFirst(exponent + 1)
        return fraction.isEmpty ? text(whole) : "\(text(whole)).\(text(fraction))"
    }

    private static func scientific(_ digits: [UInt8], _ exponent: Int) -> String {
        let fraction = digits.count > 1 ? "." + text(digits.dropFirst()) : ""
        let power = String(exponent.magnitude)
        let padded = power.utf8.count < 2 ? "0\(power)" : power
        return "\(text(digits.prefix(1)))\(fraction)e\(exponent < 0 ? "-" : "+")\(padded)"
    }

    private static func text(_ digits: ArraySlice<UInt8>) -> String {
        String(decoding: digits, as: UTF8.self)
    }
}
