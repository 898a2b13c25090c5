extension DirectiveCursor {
    /// Advances to the next argument and reads it as an integer, such as `30` or `-1`.
    ///
    /// - Parameter range: What it may be.
    /// - Throws: ``CorefileError`` if there is none, or it is no integer in the range.
    /// - Returns: The integer.
    public mutating func integer<Integer: FixedWidthInteger>(
        in range: ClosedRange<Integer> = Integer.min...Integer.max
    ) throws(CorefileError) -> Integer {
        let bounds = ValueText.range(range)
        return try integer(of: argument("an integer of \(bounds)"), in: range)
    }

    /// Reads an integer from an argument that was passed already.
    ///
    /// - Throws: ``CorefileError`` if it is no integer in the range.
    public func integer<Integer: FixedWidthInteger>(
        of text: String,
        in range: ClosedRange<Integer> = Integer.min...Integer.max
    ) throws(CorefileError) -> Integer {
        let bounds = ValueText.range(range)
        guard let value = Integer(text) else {
            let isInteger = !text.isEmpty && ValueText.isInteger(text)
            throw wrong(
                text,
                isInteger ? "is out of range" : "is not an integer",
                mend: "write \(bounds)"
            )
        }
        guard range.contains(value) else {
            throw wrong(text, "is out of range", mend: "write \(bounds)")
        }
        return value
    }

    /// Advances to the next argument and reads it as a percentage, such as `10%`.
    ///
    /// - Parameter range: What it may be.
    /// - Throws: ``CorefileError`` if there is none, or it is no percentage in the range.
    /// - Returns: The number before the sign.
    public mutating func percentage(
        in range: ClosedRange<Int> = 0...100
    ) throws(CorefileError) -> Int {
        let mend = "\(range.lowerBound)% to \(range.upperBound)%"
        let text = try argument(mend)
        guard text.hasSuffix("%"), let value = Int(text.dropLast()) else {
            throw wrong(text, "is not a percentage", mend: "write \(mend)")
        }
        guard range.contains(value) else {
            throw wrong(text, "is out of range", mend: "write \(mend)")
        }
        return value
    }

    /// Advances to the next argument and reads it as a duration in Go's form, such as `1m30s`.
    ///
    /// - Parameters:
    ///   - range: What it may be; by default anything from zero on.
    ///   - allowsSeconds: Whether a bare integer is a number of seconds.
    /// - Throws: ``CorefileError`` if there is none, or it is no duration in the range.
    /// - Returns: The duration.
    public mutating func duration(
        in range: ClosedRange<Duration> = .zero...GoDuration.max,
        allowsSeconds: Bool = false
    ) throws(CorefileError) -> Duration {
        try duration(
            of: argument("a duration such as 5s"),
            in: range,
            allowsSeconds: allowsSeconds
        )
    }

    /// Reads a duration from an argument that was passed already.
    ///
    /// - Throws: ``CorefileError`` if it is no duration in the range.
    public func duration(
        of text: String,
        in range: ClosedRange<Duration> = .zero...GoDuration.max,
        allowsSeconds: Bool = false
    ) throws(CorefileError) -> Duration {
        let isBare = allowsSeconds && ValueText.isInteger(text)
        guard let value = GoDuration.parse(isBare ? "\(text)s" : text) else {
            throw wrong(
                text,
                "is not a duration",
                mend: "write a number with a unit, such as 500ms, 5s or 1m30s"
            )
        }
        guard range.contains(value) else {
            let low = GoDuration.text(range.lowerBound)
            throw wrong(
                text,
                "is out of range",
                mend: range.upperBound == GoDuration.max
                    ? "write at least \(low)"
                    : "write \(low) to \(GoDuration.text(range.upperBound))"
            )
        }
        return value
    }

    /// Advances to the next argument, which must be one of some words.
    ///
    /// - Throws: ``CorefileError`` if there is none, or it is another.
    public mutating func oneOf(_ words: [String]) throws(CorefileError) -> String {
        let text = try argument(words.joined(separator: ", or "))
        guard words.contains(text) else {
            throw wrong(text, "is not known", mend: Suggestion.mend(for: text, among: words))
        }
        return text
    }

    /// Advances to the next argument, which must be the raw value of a case.
    ///
    /// - Throws: ``CorefileError`` if there is none, or it is another.
    public mutating func oneOf<Choice: RawRepresentable<String> & CaseIterable>(
        _ type: Choice.Type
    ) throws(CorefileError) -> Choice {
        let words = Choice.allCases.map(\.rawValue)
        let text = try argument(words.joined(separator: ", or "))
        guard let choice = Choice(rawValue: text) else {
            throw wrong(text, "is not known", mend: Suggestion.mend(for: text, among: words))
        }
        return choice
    }

    /// Advances to the next argument, which must be `on` or `off`.
    ///
    /// - Throws: ``CorefileError`` if there is none, or it is neither.
    /// - Returns: Whether it is `on`.
    public mutating func onOff() throws(CorefileError) -> Bool {
        switch try argument("on or off") {
        case "on": return true
        case "off": return false
        case let text: throw wrong(text, "is neither on nor off", mend: "write on or off")
        }
    }
}

/// Texts about values, for errors.
enum ValueText {
    /// A range as `LOW to HIGH`, `at least LOW`, or the one number.
    static func range<Integer: FixedWidthInteger>(_ range: ClosedRange<Integer>) -> String {
        if range.lowerBound == range.upperBound { return "\(range.lowerBound)" }
        if range == Integer.min...Integer.max, Integer.bitWidth == 64 { return "a number" }
        if range.upperBound == Integer.max, range.lowerBound != Integer.min {
            return "at least \(range.lowerBound)"
        }
        return "\(range.lowerBound) to \(range.upperBound)"
    }

    /// Whether a text is an integer of any size, with or without a sign.
    static func isInteger(_ text: String) -> Bool {
        let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        return !digits.isEmpty
            && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
