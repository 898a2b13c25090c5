/// The data of SRV.
///
/// - SeeAlso: RFC 2782.
public struct ServiceLocation: RecordDataFamily {
    /// The lower, the earlier it is tried.
    public var priority: UInt16
    /// The share among targets of one priority.
    public var weight: UInt16
    /// The port of the service.
    public var port: UInt16
    /// The host; the root if there is none.
    public var target: Name

    /// Creates the data from its fields.
    public init(priority: UInt16, weight: UInt16, port: UInt16, target: Name) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }

    init(reading reader: inout WireReader) throws(WireError) {
        priority = try reader.readUInt16()
        weight = try reader.readUInt16()
        port = try reader.readUInt16()
        target = try reader.readName()
    }

    func write(into writer: inout WireWriter) throws(WireError) {
        try writer.write(priority)
        try writer.write(weight)
        try writer.write(port)
        try writer.writeUncompressed(target)
    }

    /// The fields in presentation form.
    public var description: String {
        "\(priority) \(weight) \(port) \(target)"
    }
}

/// The data of NAPTR.
///
/// - SeeAlso: RFC 3403 §4.1.
public struct NamingAuthorityPointer: RecordDataFamily {
    /// The order in which records are processed.
    public var order: UInt16
    /// The order among equals.
    public var preference: UInt16
    /// How the rewriting ends.
    public var flags: [UInt8]
    /// The services offered.
    public var services: [UInt8]
    /// The substitution expression.
    public var expression: [UInt8]
    /// The next name to ask.
    public var replacement: Name

    /// Creates the data from its fields.
    public init(
        order: UInt16,
        preference: UInt16,
        flags: [UInt8],
        services: [UInt8],
        expression: [UInt8],
        replacement: Name
    ) {
        self.order = order
        self.preference = preference
        self.flags = flags
        self.services = services
        self.expression = expression
        self.replacement = replacement
    }

    init(reading reader: inout WireReader) throws(WireError) {
        order = try reader.readUInt16()
        preference = try reader.readUInt16()
        flags = try reader.readCharacterString()
        services = try reader.readCharacterString()
        expression = try reader.readCharacterString()
        replacement = try reader.readName()
    }

    func write(into writer: inout WireWriter) throws(WireError) {
        try writer.write(order)
        try writer.write(preference)
        try writer.writeCharacterString(flags)
        try writer.writeCharacterString(services)
        try writer.writeCharacterString(expression)
        try writer.writeUncompressed(replacement)
    }

    /// The fields in presentation form.
    public var description: String {
        "\(order) \(preference) \(TextEncoding.quoted(flags)) \(TextEncoding.quoted(services)) "
            + "\(TextEncoding.quoted(expression)) \(replacement)"
    }
}

/// The data of CAA.
///
/// - SeeAlso: RFC 8659 §4.
public struct CertificationAuthority: RecordDataFamily {
    /// 128 if the record is critical.
    public var flags: UInt8
    /// The property: letters and digits.
    public var tag: [UInt8]
    /// The property's value.
    public var value: [UInt8]

    /// Creates the data from its fields.
    public init(flags: UInt8, tag: [UInt8], value: [UInt8]) {
        self.flags = flags
        self.tag = tag
        self.value = value
    }

    init(reading reader: inout WireReader) throws(WireError) {
        flags = try reader.readUInt8()
        tag = try reader.readCharacterString()
        value = reader.readRest()
    }

    func write(into writer: inout WireWriter) throws(WireError) {
        try writer.write(flags)
        try writer.writeCharacterString(tag)
        try writer.write(value)
    }

    /// The fields in presentation form.
    public var description: String {
        "\(flags) \(String(decoding: tag, as: UTF8.self)) \(TextEncoding.quoted(value))"
    }
}

/// The data of TLSA and SMIMEA.
///
/// - SeeAlso: RFC 6698 §2.1, RFC 8162 §2.
public struct CertificateAssociation: RecordDataFamily {
    /// How the association is used.
    public var usage: UInt8
    /// Which part of the certificate is matched.
    public var selector: UInt8
    /// How it is matched.
    public var matching: UInt8
    /// The certificate, key or digest.
    public var association: [UInt8]

    /// Creates the data from its fields.
    public init(usage: UInt8, selector: UInt8, matching: UInt8, association: [UInt8]) {
        self.usage = usage
        self.selector = selector
        self.matching = matching
        self.association = association
    }

    init(reading reader: inout WireReader) throws(WireError) {
        usage = try reader.readUInt8()
        selector = try reader.readUInt8()
        matching = try reader.readUInt8()
        association = reader.readRest()
    }

    func write(into writer: inout WireWriter) throws(WireError) {
        try writer.write(usage)
        try writer.write(selector)
        try writer.write(matching)
        try writer.write(association)
    }

    /// The fields in presentation form.
    public var description: String {
        "\(usage) \(selector) \(matching) \(TextEncoding.hexadecimal(association))"
    }
}
