/// The data of DS and CDS.
///
/// - SeeAlso: RFC 4034 §5.1, RFC 7344 §3.1.
public struct SigningKeyDigest: RecordDataFamily {
    /// The tag of the key.
    public var keyTag: UInt16
    /// The algorithm of the key.
    public var algorithm: UInt8
    /// The algorithm of the digest.
    public var digestType: UInt8
    /// The digest of the key.
    public var digest: [UInt8]

    /// Creates the data from its fields.
    public init(keyTag: UInt16, algorithm: UInt8, digestType: UInt8, digest: [UInt8]) {
        self.keyTag = keyTag
        self.algorithm = algorithm
        self.digestType = digestType
        self.digest = digest
    }

    init(reading reader: inout WireReader) throws(WireError) {
        keyTag = try reader.readUInt16()
        algorithm = try reader.readUInt8()
        digestType = try reader.readUInt8()
        digest = reader.readRest()
    }

    func write(into writer: inout WireWriter) throws(WireError) {
        try writer.write(keyTag)
        try writer.write(algorithm)
        try writer.write(digestType)
        try writer.write(digest)
    }

    /// The fields in presentation form.
    public var description: String {
        "\(keyTag) \(algorithm) \(digestType) \(TextEncoding.hexadecimal(digest))"
    }
}

/// The data of DNSKEY and CDNSKEY.
///
/// - SeeAlso: RFC 4034 §2.1, RFC 7344 §3.2.
public struct ZoneKey: RecordDataFamily {
    /// 256 for a zone key, 257 for a key signing key.
    public var flags: UInt16
    /// Always 3.
    public var protocolNumber: UInt8
    /// The algorithm.
    public var algorithm: UInt8
    /// The public key.
    public var key: [UInt8]

    /// Creates the data from its fields.
    public init(flags: UInt16, protocolNumber: UInt8, algorithm: UInt8, key: [UInt8]) {
        self.flags = flags
        self.protocolNumber = protocolNumber
        self.algorithm = algorithm
        self.key = key
    }

    init(reading reader: inout WireReader) throws(WireError) {
        flags = try reader.readUInt16()
        protocolNumber = try reader.readUInt8()
        algorithm = try reader.readUInt8()
        key = reader.readRest()
    }

    func write(into writer: inout WireWriter) throws(WireError) {
        try writer.write(flags)
        try writer.write(protocolNumber)
        try writer.write(algorithm)
        try writer.write(key)
    }

    /// The fields in presentation form.
    public var description: String {
        "\(flags) \(protocolNumber) \(algorithm) \(TextEncoding.base64(key))"
    }
}

/// The data of RRSIG; moments are seconds since 1970.
///
/// - SeeAlso: RFC 4034 §3.1.
public struct RecordSignature: RecordDataFamily {
    /// The type of the signed records.
    public var typeCovered: RecordType
    /// The algorithm.
    public var algorithm: UInt8
    /// The labels of the owner, without root and wildcard.
    public var labelCount: UInt8
    /// The TTL of the signed records, in seconds.
    public var originalTimeToLive: UInt32
    /// When the signature ends.
    public var expiration: UInt32
    /// When the signature begins.
    public var inception: UInt32
    /// The tag of the key.
    public var keyTag: UInt16
    /// The zone of the key.
    public var signer: Name
    /// The signature.
    public var signature: [UInt8]

    /// Creates the data from its fields.
    public init(
        typeCovered: RecordType,
        algorithm: UInt8,
        labelCount: UInt8,
        originalTimeToLive: UInt32,
        expiration: UInt32,
        inception: UInt32,
        keyTag: UInt16,
        signer: Name,
        signature: [UInt8]
    ) {
        self.typeCovered = typeCovered
        self.algorithm = algorithm
        self.labelCount = labelCount
        self.originalTimeToLive = originalTimeToLive
        self.expiration = expiration
        self.inception = inception
        self.keyTag = keyTag
        self.signer = signer
        self.signature = signature
    }

    init(reading reader: inout WireReader) throws(WireError) {
        typeCovered = try RecordType(rawValue: reader.readUInt16())
        algorithm = try reader.readUInt8()
        labelCount = try reader.readUInt8()
        originalTimeToLive = try reader.readUInt32()
        expiration = try reader.readUInt32()
        inception = try reader.readUInt32()
        keyTag = try reader.readUInt16()
        signer = try reader.readName(isCompressible: false)
        signature = reader.readRest()
    }

    func write(into writer: inout WireWriter) throws(WireError) {
        try writer.write(typeCovered.rawValue)
        try writer.write(algorithm)
        try writer.write(labelCount)
        try writer.write(originalTimeToLive)
        try writer.write(expiration)
        try writer.write(inception)
        try writer.write(keyTag)
        try writer.writeUncompressed(signer)
        try writer.write(signature)
    }

    /// The fields in presentation form.
    public var description: String {
        "\(typeCovered) \(algorithm) \(labelCount) \(originalTimeToLive) "
            + "\(TextEncoding.timestamp(expiration)) \(TextEncoding.timestamp(inception)) "
            + "\(keyTag) \(signer) \(TextEncoding.base64(signature))"
    }
}

/// The data of NSEC.
///
/// - SeeAlso: RFC 4034 §4.1.
public struct NextSecure: RecordDataFamily {
    /// The next name of the zone in canonical order.
    public var next: Name
    /// The types at the owner.
    public var types: TypeBitmap

    /// Creates the data from its fields.
    public init(next: Name, types: TypeBitmap) {
        self.next = next
        self.types = types
    }

    init(reading reader: inout WireReader) throws(WireError) {
        next = try reader.readName(isCompressible: false)
        types = try TypeBitmap(reading: &reader)
    }

    func write(into writer: inout WireWriter) throws(WireError) {
        try writer.writeUncompressed(next)
        try types.write(into: &writer)
    }

    /// The fields in presentation form.
    public var description: String {
        "\(next)\(types.suffixText)"
    }
}

/// The data of NSEC3.
///
/// - SeeAlso: RFC 5155 §3.2.
public struct HashedNextSecure: RecordDataFamily {
    /// The hash algorithm.
    public var algorithm: UInt8
    /// 1 if unsigned delegations are left out.
    public var flags: UInt8
    /// How often the hash is repeated.
    public var iterations: UInt16
    /// The salt of the hash.
    public var salt: [UInt8]
    /// The next hash in order.
    public var next: [UInt8]
    /// The types at the owner.
    public var types: TypeBitmap

    /// Creates the data from its fields.
    public init(
        algorithm: UInt8,
        flags: UInt8,
        iterations: UInt16,
        salt: [UInt8],
        next: [UInt8],
        types: TypeBitmap
    ) {
        self.algorithm = algorithm
        self.flags = flags
        self.iterations = iterations
        self.salt = salt
        self.next = next
        self.types = types
    }

    init(reading reader: inout WireReader) throws(WireError) {
        algorithm = try reader.readUInt8()
        flags = try reader.readUInt8()
        iterations = try reader.readUInt16()
        salt = try reader.readCharacterString()
        next = try reader.readCharacterString()
        types = try TypeBitmap(reading: &reader)
    }

    func write(into writer: inout WireWriter) throws(WireError) {
        try writer.write(algorithm)
        try writer.write(flags)
        try writer.write(iterations)
        try writer.writeCharacterString(salt)
        try writer.writeCharacterString(next)
        try types.write(into: &writer)
    }

    /// The fields in presentation form.
    public var description: String {
        "\(algorithm) \(flags) \(iterations) \(saltText(salt)) "
            + "\(TextEncoding.base32Hex(next))\(types.suffixText)"
    }
}

/// The data of NSEC3PARAM.
///
/// - SeeAlso: RFC 5155 §4.2.
public struct HashParameters: RecordDataFamily {
    /// The hash algorithm.
    public var algorithm: UInt8
    /// Always 0.
    public var flags: UInt8
    /// How often the hash is repeated.
    public var iterations: UInt16
    /// The salt of the hash.
    public var salt: [UInt8]

    /// Creates the data from its fields.
    public init(algorithm: UInt8, flags: UInt8, iterations: UInt16, salt: [UInt8]) {
        self.algorithm = algorithm
        self.flags = flags
        self.iterations = iterations
        self.salt = salt
    }

    init(reading reader: inout WireReader) throws(WireError) {
        algorithm = try reader.readUInt8()
        flags = try reader.readUInt8()
        iterations = try reader.readUInt16()
        salt = try reader.readCharacterString()
    }

    func write(into writer: inout WireWriter) throws(WireError) {
        try writer.write(algorithm)
        try writer.write(flags)
        try writer.write(iterations)
        try writer.writeCharacterString(salt)
    }

    /// The fields in presentation form.
    public var description: String {
        "\(algorithm) \(flags) \(iterations) \(saltText(salt))"
    }
}

/// A salt in presentation form: `-` if there is none (RFC 5155 §3.3).
private func saltText(_ salt: [UInt8]) -> String {
    salt.isEmpty ? "-" : TextEncoding.hexadecimal(salt)
}
