/// The data of SOA: where a zone's authority starts, and its times in seconds.
///
/// - SeeAlso: RFC 1035 §3.3.13, RFC 2308 §4.
public struct StartOfAuthority: RecordDataFamily {
    /// The primary server.
    public var primary: Name
    /// The mailbox of who is responsible, its `@` written as a dot.
    public var mailbox: Name
    /// The version of the zone (RFC 1982).
    public var serial: UInt32
    /// How often a secondary asks.
    public var refresh: UInt32
    /// How soon a secondary asks again after a failure.
    public var retry: UInt32
    /// How long a secondary serves what it could not renew.
    public var expire: UInt32
    /// How long a negative answer may be kept (RFC 2308 §4).
    public var minimum: UInt32

    /// Creates the data from its fields.
    public init(
        primary: Name,
        mailbox: Name,
        serial: UInt32,
        refresh: UInt32,
        retry: UInt32,
        expire: UInt32,
        minimum: UInt32
    ) {
        self.primary = primary
        self.mailbox = mailbox
        self.serial = serial
        self.refresh = refresh
        self.retry = retry
        self.expire = expire
        self.minimum = minimum
    }

    init(reading reader: inout WireReader) throws(WireError) {
        primary = try reader.readName()
        mailbox = try reader.readName()
        serial = try reader.readUInt32()
        refresh = try reader.readUInt32()
        retry = try reader.readUInt32()
        expire = try reader.readUInt32()
        minimum = try reader.readUInt32()
    }

    func write(into writer: inout WireWriter) throws(WireError) {
        try writer.writeCompressed(primary)
        try writer.writeCompressed(mailbox)
        try writer.write(serial)
        try writer.write(refresh)
        try writer.write(retry)
        try writer.write(expire)
        try writer.write(minimum)
    }

    /// The fields in presentation form.
    public var description: String {
        "\(primary) \(mailbox) \(serial) \(refresh) \(retry) \(expire) \(minimum)"
    }
}

/// The data of MX.
///
/// - SeeAlso: RFC 1035 §3.3.9.
public struct MailExchange: RecordDataFamily {
    /// The lower, the earlier it is tried.
    public var preference: UInt16
    /// The mail server.
    public var exchange: Name

    /// Creates the data from its fields.
    public init(preference: UInt16, exchange: Name) {
        self.preference = preference
        self.exchange = exchange
    }

    init(reading reader: inout WireReader) throws(WireError) {
        preference = try reader.readUInt16()
        exchange = try reader.readName()
    }

    func write(into writer: inout WireWriter) throws(WireError) {
        try writer.write(preference)
        try writer.writeCompressed(exchange)
    }

    /// The fields in presentation form.
    public var description: String {
        "\(preference) \(exchange)"
    }
}

/// The data of HINFO.
///
/// - SeeAlso: RFC 1035 §3.3.2, RFC 8482 §4.2.
public struct HostInformation: RecordDataFamily {
    /// The kind of processor.
    public var processor: [UInt8]
    /// The operating system.
    public var system: [UInt8]

    /// Creates the data from its fields.
    public init(processor: [UInt8], system: [UInt8]) {
        self.processor = processor
        self.system = system
    }

    init(reading reader: inout WireReader) throws(WireError) {
        processor = try reader.readCharacterString()
        system = try reader.readCharacterString()
    }

    func write(into writer: inout WireWriter) throws(WireError) {
        try writer.writeCharacterString(processor)
        try writer.writeCharacterString(system)
    }

    /// The fields in presentation form.
    public var description: String {
        "\(TextEncoding.quoted(processor)) \(TextEncoding.quoted(system))"
    }
}
