extension Name: LosslessStringConvertible {
    /// Reads a name from its presentation text; nil if it isn't one.
    ///
    /// A missing final dot is added: the name is always taken as absolute.
    public init?(_ text: String) {
        guard let name = try? Name(parsing: text) else { return nil }
        self = name
    }

    /// Reads a name from its presentation text, with `\X` and `\DDD` (RFC 1035 §5.1).
    ///
    /// A missing final dot is added; the empty text is the root.
    ///
    /// - Throws: `NameError` for an empty or long label, a long name or a bad escape.
    public init(parsing text: String) throws(NameError) {
        try self.init(parsing: text, origin: .root)
    }

    /// Reads a name from its presentation text; without a final dot, it is relative to `origin`.
    ///
    /// `@` alone is the origin (RFC 1035 §5.1).
    ///
    /// - Throws: `NameError` for an empty or long label, a long name or a bad escape.
    public init(parsing text: String, origin: Name) throws(NameError) {
        if text == "@" || text.isEmpty {
            self = origin
            return
        }
        guard text != "." else {
            self = .root
            return
        }
        var reader = PresentationReader(octets: Array(text.utf8))
        let isAbsolute = try reader.readLabels()
        let suffix = isAbsolute ? Name.root.octets : origin.octets
        guard reader.wire.count + suffix.count <= WireLimits.nameOctetsMax else {
            throw .nameTooLong
        }
        self.init(trusted: reader.wire + suffix)
    }

    /// The presentation text, with a final dot and RFC 1035 §5.1 escapes.
    public var description: String {
        guard !isRoot else { return "." }
        var text: [UInt8] = []
        text.reserveCapacity(octets.count + 8)
        for label in labels {
            for octet in label { Name.appendEscaped(octet, to: &text) }
            text.append(UInt8(ascii: "."))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The presentation text without the final dot; the root stays `.`.
    public var relativeDescription: String {
        isRoot ? "." : String(description.dropLast())
    }

    /// Appends one octet of a label: as it is, after a backslash, or as `\DDD`.
    static func appendEscaped(_ octet: UInt8, to text: inout [UInt8]) {
        let backslash = UInt8(ascii: "\\")
        switch octet {
        case UInt8(ascii: "."), backslash, UInt8(ascii: "\""), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: ";"), UInt8(ascii: "@"), UInt8(ascii: "$"):
            text.append(backslash)
            text.append(octet)
        case 0x21...0x7E:
            text.append(octet)
        default:
            appendDecimalEscape(octet, to: &text)
        }
    }

    /// Appends `\DDD`.
    static func appendDecimalEscape(_ octet: UInt8, to text: inout [UInt8]) {
        let zero = UInt8(ascii: "0")
        text.append(UInt8(ascii: "\\"))
        text.append(zero + octet / 100)
        text.append(zero + octet / 10 % 10)
        text.append(zero + octet % 10)
    }
}

/// Reads the labels of a name's presentation text into wire octets, without the root.
private struct PresentationReader {
    let octets: [UInt8]
    var index = 0
    var wire: [UInt8] = []

    init(octets: [UInt8]) { self.octets = octets }

    /// Reads to the end of the text; returns whether it ended with a dot.
    mutating func readLabels() throws(NameError) -> Bool {
        while index < octets.count {
            let lengthIndex = wire.count
            wire.append(0)
            let endsWithDot = try readLabel()
            try Name.check(label: wire[(lengthIndex + 1)...])
            wire[lengthIndex] = UInt8(truncatingIfNeeded: wire.count - lengthIndex - 1)
            guard wire.count < WireLimits.nameOctetsMax else { throw .nameTooLong }
            if endsWithDot, index == octets.count { return true }
        }
        return false
    }

    /// Reads one label; returns whether a dot ended it.
    private mutating func readLabel() throws(NameError) -> Bool {
        while index < octets.count {
            let octet = octets[index]
            index += 1
            if octet == UInt8(ascii: ".") { return true }
            wire.append(octet == UInt8(ascii: "\\") ? try readEscape() : octet)
            guard wire.count <= WireLimits.nameOctetsMax + WireLimits.labelOctetsMax else {
                throw .labelTooLong
            }
        }
        return false
    }

    /// Reads what follows a backslash.
    private mutating func readEscape() throws(NameError) -> UInt8 {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard index < octets.count else { throw .badEscape }
        guard digits.contains(octets[index]) else {
            index += 1
            return octets[index - 1]
        }
        guard index + 3 <= octets.count else { throw .badEscape }
        var value = 0
        for octet in octets[index..<(index + 3)] {
            guard digits.contains(octet) else { throw .badEscape }
            value = value * 10 + Int(octet - digits.lowerBound)
        }
        guard let octet = UInt8(exactly: value) else { throw .badEscape }
        index += 3
        return octet
    }
}
