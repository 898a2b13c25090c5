internal import Addresses
internal import DNSWire

/// `edns0`: changes an option of the query (RFC 6891 §6.1.2).
struct EDNSRule: Sendable {
    /// What is done with the option.
    enum Action: String, Sendable, CaseIterable {
        /// Replaces it, or adds it.
        case set
        /// Adds it.
        case append
        /// Replaces it if it is there.
        case replace
        /// Removes it.
        case unset
    }

    /// What the option says.
    enum Content: Sendable {
        /// These octets; none for an identifier that is asked for (RFC 5001 §2.1).
        case octets([UInt8])
        /// Something about the query.
        case variable(EDNSVariable)
        /// The client's network, cut to these many bits (RFC 7871 §6).
        case subnet(ipv4Bits: Int, ipv6Bits: Int)
    }

    /// The payload size of an OPT record that a rule adds.
    private static let payloadOctets: UInt16 = 1_232

    /// What is done with the option.
    let action: Action
    /// The option.
    let code: OptionCode
    /// What the option says.
    let content: Content

    /// Applies the rule to a query.
    func apply(to state: inout RewriteState) -> Bool {
        var edns = state.edns ?? EDNS(udpPayloadSize: EDNSRule.payloadOctets)
        let index = edns.options.firstIndex { $0.code == code }
        if action == .unset {
            guard index != nil else { return false }
            edns.options.removeAll { $0.code == code }
            state.edns = edns
            return true
        }
        guard let data = data(state) else { return false }
        if let index, action == .set || action == .replace {
            edns.options[index].data = data
        } else if action == .set || action == .append && (index == nil || canRepeat) {
            edns.options.append(EDNS.Option(code: code, data: data))
        } else {
            return false
        }
        state.edns = edns
        return true
    }

    /// Whether a second option is added by `append`, as CoreDNS does with octets.
    private var canRepeat: Bool {
        if case .octets = content { return true }
        return false
    }

    private func data(_ state: RewriteState) -> [UInt8]? {
        switch content {
        case .octets(let octets): octets
        case .variable(let variable): variable.octets(state)
        case .subnet(let ipv4Bits, let ipv6Bits):
            EDNSRule.subnet(
                of: state.facts.client.address,
                bits: state.facts.client.address.isIPv4 ? ipv4Bits : ipv6Bits
            )
        }
    }

    /// The option's octets: family, prefix lengths, and as many octets as the prefix takes.
    private static func subnet(of address: IPAddress, bits: Int) -> [UInt8] {
        let base = CIDRBlock(address, prefixLength: bits)?.base ?? address
        let family: UInt8 = address.isIPv4 ? 1 : 2
        return [0, family, UInt8(truncatingIfNeeded: bits), 0] + base.octets.prefix((bits + 7) / 8)
    }
}

/// Something about a query that an option can say.
enum EDNSVariable: Sendable {
    case name
    case type
    case clientAddress
    case clientPort
    case transport
    case serverAddress
    case serverPort
    case metadata(String)

    /// Reads `{NAME}`; nil if there is no such variable.
    init?(_ text: String) {
        let name = String(text.dropFirst().dropLast())
        switch name {
        case "qname": self = .name
        case "qtype": self = .type
        case "client_ip": self = .clientAddress
        case "client_port": self = .clientPort
        case "protocol": self = .transport
        case "server_ip": self = .serverAddress
        case "server_port": self = .serverPort
        default:
            guard MetadataLabel.isLabel(name) else { return nil }
            self = .metadata(name)
        }
    }

    /// The octets for a query; nil if nothing is known.
    func octets(_ state: RewriteState) -> [UInt8]? {
        switch self {
        case .name: Array(state.question.name.description.utf8)
        case .type: EDNSVariable.word(state.question.type.rawValue)
        case .clientAddress: state.facts.client.address.octets
        case .clientPort: EDNSVariable.word(state.facts.client.port)
        case .transport: Array(state.facts.transport.name.utf8)
        case .serverAddress: state.facts.local.address.octets
        case .serverPort: EDNSVariable.word(state.facts.local.port)
        case .metadata(let label):
            state.facts.metadata[label].flatMap { $0.isEmpty ? nil : Array($0.utf8) }
        }
    }

    private static func word(_ value: UInt16) -> [UInt8] {
        [UInt8(value >> 8), UInt8(value & 0xFF)]
    }
}
