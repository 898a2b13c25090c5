public import Addresses

/// Fields of objects, read as the full decoders read them: absent and `null` are the same.
extension JSONScanner {
    /// What the full decoder asks of a field that the scan has no use for.
    public enum Form: Sendable {
        /// A text.
        case text
        /// A boolean.
        case flag
        /// A whole number.
        case number
        /// A text or a whole number.
        case textOrNumber
        /// A list of texts.
        case texts
        /// A mapping of texts, `null` among them.
        case textMap
    }

    /// A field that must have some form although the scan has no use for it.
    public struct Field: Sendable {
        let name: StaticString
        let form: Form

        /// Names a field and its form.
        public init(_ name: StaticString, _ form: Form) {
            self.name = name
            self.form = form
        }
    }

    /// Skips the value of a key; if the key is one of `fields`, the value must have its form.
    public mutating func skip(_ key: Text, _ fields: [Field]) throws(Unsure) {
        for field in fields where isSame(key, field.name) {
            switch field.form {
            case .text: try skipText()
            case .flag: _ = try flag()
            case .number: _ = try number()
            case .texts: try list { (scanner) throws(Unsure) in try scanner.skipText() }
            case .textOrNumber: try skipTextOrNumber()
            case .textMap:
                try object { (scanner, _) throws(Unsure) in try scanner.skipText() }
            }
            return
        }
        try skip()
    }

    private mutating func skipTextOrNumber() throws(Unsure) {
        if isBeforeText { try skipText() } else { _ = try number() }
    }

    /// Reads a text; empty for `null`.
    public mutating func string() throws(Unsure) -> String {
        guard let text = try text() else { return "" }
        return string(text)
    }

    /// Reads one of the values of an enumeration; nil for `null` and an empty text.
    public mutating func choice<Choice: RawRepresentable<String>>(
        _ type: Choice.Type
    ) throws(Unsure) -> Choice? {
        guard let text = try text(), !text.isEmpty else { return nil }
        guard let choice = Choice(rawValue: string(text)) else { throw Unsure() }
        return choice
    }

    /// The address that a text says; nil if it says none.
    public func address(_ text: Text) -> IPAddress? {
        var bits: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var dots = 0
        for index in 0..<text.count {
            let octet = octet(text, index)
            switch octet {
            case UInt8(ascii: "0")...UInt8(ascii: "9") where digits == 0 || part > 0:
                part = part * 10 + UInt32(octet - UInt8(ascii: "0"))
                digits += 1
                // Perhaps the first word of an IPv6 address.
                guard part <= 255 else { return IPAddress(string(text)) }
            case UInt8(ascii: ".") where digits > 0 && dots < 3:
                bits = bits << 8 | part
                (part, digits) = (0, 0)
                dots += 1
            default:
                return IPAddress(string(text))
            }
        }
        return dots == 3 && digits > 0 ? IPAddress(ipv4: bits << 8 | part) : nil
    }

    /// Reads `metadata`, and a label in it.
    ///
    /// - Parameter label: The label's name.
    /// - Returns: The label's value; empty if there is none.
    /// - Throws: ``Unsure``.
    public mutating func metadata(label: StaticString) throws(Unsure) -> String {
        var found = ""
        try object { (scanner, key) throws(Unsure) in
            if scanner.isSame(key, "labels") {
                try scanner.object { (scanner, key) throws(Unsure) in
                    guard scanner.isSame(key, label) else { return try scanner.skipText() }
                    found = try scanner.string()
                }
            } else if scanner.isSame(key, "resourceVersion") {
                guard let text = try scanner.text() else { return }
                try scanner.checkVersion(text)
            } else if scanner.isSame(key, "ownerReferences") {
                try scanner.list { (scanner) throws(Unsure) in
                    try scanner.object { (scanner, key) throws(Unsure) in
                        try scanner.skip(key, JSONScanner.ownerFields)
                    }
                }
            } else {
                try scanner.skip(key, JSONScanner.metadataFields)
            }
        }
        return found
    }

    private func checkVersion(_ text: Text) throws(Unsure) {
        // Nineteen digits fit.
        guard text.count <= 19 else { throw Unsure() }
        for index in 0..<text.count
        where !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet(text, index)) {
            throw Unsure()
        }
    }

    private static let metadataFields = [
        Field("annotations", .textMap), Field("uid", .text), Field("creationTimestamp", .text),
        Field("deletionTimestamp", .text),
    ]

    private static let ownerFields = [
        Field("controller", .flag), Field("kind", .text), Field("name", .text),
        Field("uid", .text),
    ]
}
