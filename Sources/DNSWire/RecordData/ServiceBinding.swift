import Addresses

/// The data of SVCB and HTTPS.
///
/// - SeeAlso: RFC 9460 §2.
public struct ServiceBinding: Hashable, Sendable {
    /// A parameter as it is on the wire; its meaning depends on the key.
    public struct Parameter: Hashable, Sendable {
        /// The key's code point.
        public var key: Key
        /// The value's octets.
        public var value: [UInt8]

        /// Creates a parameter from a key and the octets of its value.
        public init(key: Key, value: [UInt8]) {
            self.key = key
            self.value = value
        }
    }

    /// 0 if the owner is an alias of the target, else the lower the earlier it is tried.
    public var priority: UInt16
    /// The host; the root stands for the owner itself.
    public var target: Name
    /// The parameters, in the order of their keys, each key once.
    public private(set) var parameters: [Parameter]

    /// Creates the data; the parameters may be in any order, of equal keys the first counts.
    public init(priority: UInt16, target: Name, parameters: [Parameter] = []) {
        self.priority = priority
        self.target = target
        var seen: Set<Key> = []
        self.parameters = parameters.filter { seen.insert($0.key).inserted }
            .sorted { $0.key.rawValue < $1.key.rawValue }
    }
}

extension ServiceBinding {
    /// The key of a parameter; an open set, a key without name is `key667` (RFC 9460 §14.3).
    public struct Key: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The code point.
        public let rawValue: UInt16

        /// Creates the key with a code point.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// The keys that must be understood (RFC 9460 §8).
        public static let mandatory = Key(rawValue: 0)
        /// The application protocols (RFC 9460 §7.1).
        public static let alpn = Key(rawValue: 1)
        /// That the scheme's default protocol is not offered (RFC 9460 §7.1).
        public static let noDefaultALPN = Key(rawValue: 2)
        /// The port (RFC 9460 §7.2).
        public static let port = Key(rawValue: 3)
        /// IPv4 addresses of the target (RFC 9460 §7.3).
        public static let ipv4Hint = Key(rawValue: 4)
        /// The configuration of encrypted client hello (RFC 9848).
        public static let ech = Key(rawValue: 5)
        /// IPv6 addresses of the target (RFC 9460 §7.3).
        public static let ipv6Hint = Key(rawValue: 6)
        /// The path template of DNS over HTTPS (RFC 9461 §5).
        public static let dohPath = Key(rawValue: 7)

        private static let names = [
            "mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint",
        ]

        /// The name, or `key` and the number.
        ///
        /// Later keys are numbered too, as programs in use do not know their names.
        public var description: String {
            rawValue < Key.names.count ? Key.names[Int(rawValue)] : "key\(rawValue)"
        }
    }
}

// The wire format (RFC 9460 §2.2).
extension ServiceBinding: RecordDataFamily {
    init(reading reader: inout WireReader) throws(WireError) {
        priority = try reader.readUInt16()
        target = try reader.readName(isCompressible: false)
        parameters = []
        while !reader.isAtEnd {
            let key = try Key(rawValue: reader.readUInt16())
            let count = try Int(reader.readUInt16())
            if let last = parameters.last, last.key.rawValue >= key.rawValue {
                throw .badRecordData
            }
            parameters.append(Parameter(key: key, value: try reader.readOctets(count: count)))
        }
    }

    func write(into writer: inout WireWriter) throws(WireError) {
        try writer.write(priority)
        try writer.writeUncompressed(target)
        for parameter in parameters {
            try writer.write(parameter.key.rawValue)
            try writer.writeLengthPrefixed { (writer: inout WireWriter) throws(WireError) in
                try writer.write(parameter.value)
            }
        }
    }

    /// The fields in presentation form (RFC 9460 §2.1).
    public var description: String {
        (["\(priority)", "\(target)"] + parameters.map(\.description)).joined(separator: " ")
    }
}

extension ServiceBinding.Parameter: CustomStringConvertible {
    /// The parameter as `key=value`, in the key's own form if its value has it.
    public var description: String {
        if let text = specificText { return text.isEmpty ? "\(key)" : "\(key)=\(text)" }
        let number = "key\(key.rawValue)"
        return value.isEmpty ? number : "\(number)=\(TextEncoding.quoted(value))"
    }

    /// The value in its key's form; nil if the key has none or the value does not fit it.
    private var specificText: String? {
        switch key {
        case .mandatory:
            guard !value.isEmpty, value.count % 2 == 0 else { return nil }
            return words.map { ServiceBinding.Key(rawValue: $0).description }
                .joined(separator: ",")
        case .alpn: return protocolsText
        case .noDefaultALPN: return value.isEmpty ? "" : nil
        case .port: return value.count == 2 ? words.map(String.init).joined() : nil
        case .ipv4Hint: return addressesText(octetCount: 4)
        case .ipv6Hint: return addressesText(octetCount: 16)
        case .ech: return value.isEmpty ? nil : TextEncoding.base64(value)
        default: return nil
        }
    }

    private var words: [UInt16] {
        stride(from: 0, to: value.count - 1, by: 2)
            .map { UInt16(value[$0]) << 8 | UInt16(value[$0 + 1]) }
    }

    private func addressesText(octetCount: Int) -> String? {
        guard !value.isEmpty, value.count % octetCount == 0 else { return nil }
        return stride(from: 0, to: value.count, by: octetCount)
            .compactMap { IPAddress(octets: value[$0..<($0 + octetCount)])?.description }
            .joined(separator: ",")
    }

    /// The protocols as a quoted list with commas; nil if one holds what would need two escapes.
    private var protocolsText: String? {
        var names: [String] = []
        var index = 0
        while index < value.count {
            let end = index + 1 + Int(value[index])
            guard end <= value.count, end > index + 1 else { return nil }
            let name = value[(index + 1)..<end]
            let plain = name.allSatisfy { octet in
                (0x21...0x7E).contains(octet) && !Array("\",\\;()".utf8).contains(octet)
            }
            guard plain else { return nil }
            names.append(String(decoding: name, as: UTF8.self))
            index = end
        }
        return names.isEmpty ? nil : "\"\(names.joined(separator: ","))\""
    }
}
