internal import Addresses
internal import DNSWire
internal import Metrics

/// What a `dns64` directive says.
struct DNS64Options: Sendable {
    /// The prefix of the addresses that are made; 32 to 96 bits, a multiple of 8.
    var prefix = DNS64Options.wellKnownPrefix
    /// Whether names that have IPv6 addresses are translated, too.
    var translatesAll = false
    /// Whether clients that ask over IPv4 are concerned.
    var allowsIPv4 = false

    /// 64:ff9b::/96 (RFC 6052 §2.1).
    private static let wellKnownPrefix: CIDRBlock = {
        let base = IPAddress(ipv6High: 0x0064_FF9B_0000_0000, low: 0)
        guard let block = CIDRBlock(base, prefixLength: 96) else {
            preconditionFailure("the well-known prefix is one")
        }
        return block
    }()

    /// The IPv6 address that stands for an IPv4 one (RFC 6052 §2.2).
    func address(for address: IPAddress) -> IPAddress {
        var octets = prefix.base.octets
        // Bits 64 to 71 are zero, and no part of the address.
        var place = prefix.prefixLength / 8
        for octet in address.octets {
            if place == 8 { place += 1 }
            octets[place] = octet
            place += 1
        }
        return IPAddress(octets: octets) ?? address
    }
}

/// Makes IPv6 addresses for hosts that have IPv4 ones only (CoreDNS `dns64`, RFC 6147).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class DNS64Plugin: Plugin, @unchecked Sendable {
    /// The most seconds of a made address, if no SOA says how long it is known that there is no
    /// other (RFC 6147 §5.1.7).
    private static let secondsMax: UInt32 = 600

    private let options: DNS64Options
    private let translations: RouteCounters

    /// Creates the plugin.
    init(_ options: DNS64Options, metrics: MetricsRegistry) {
        self.options = options
        translations = RouteCounters { route in
            [
                metrics.counter(
                    "coredns_dns64_requests_translated_total",
                    help: "Counter of DNS requests translated by dns64.",
                    labels: [("server", route?.server ?? "")]
                )
            ]
        }
        super.init(name: "dns64")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        let disposition = rest.answer(&transaction)
        let query = transaction.query
        guard disposition == .written, query.type == RecordType.aaaa.rawValue,
            query.recordClass == RecordClass.in.rawValue,
            options.allowsIPv4 || !transaction.client.address.isIPv4,
            transaction.response.responseCode != ResponseCode.nameError.rawValue,
            !(query.dnssecOK && query.checkingDisabled),
            options.translatesAll || !hasAddress(transaction.response, query.questionEnd)
        else { return disposition }
        return translate(&transaction)
    }

    /// Whether the answer has an AAAA record.
    private func hasAddress(_ response: ResponseWriter, _ start: Int) -> Bool {
        // SAFETY: the reply's first `position` octets are written.
        let packet = unsafe UnsafeRawBufferPointer(
            start: response.base,
            count: response.position
        )
        var records = unsafe PacketRecords(packet, from: start)
        for _ in 0..<response.answerCount {
            guard let record = records.next() else { return false }
            if record.type == RecordType.aaaa.rawValue { return true }
        }
        return false
    }

    private func translate(_ transaction: inout Transaction) -> Disposition {
        let original = transaction.replyMessage
        switch transaction.ask(transaction.questionName, .a) {
        case .code(.waiting): return .waiting
        case .code: return .serverFailure
        case .message(let octets):
            guard let found = try? Message(decoding: octets) else { return .serverFailure }
            transaction.write(synthesized(from: found, in: original))
            translations.count(0, transaction)
            return .written
        }
    }

    /// The reply for AAAA, made of that for A.
    private func synthesized(from found: Message, in original: Message?) -> Message {
        let start = original?.authorities.last { $0.type == .soa }
        let bound = start?.timeToLive ?? DNS64Plugin.secondsMax
        var reply = found
        // What was made here is signed by nobody.
        reply.header.isAuthenticData = false
        for index in reply.answers.indices {
            guard case .address(let address) = reply.answers[index].data, address.isIPv4 else {
                continue
            }
            reply.answers[index].data = .address(options.address(for: address))
            reply.answers[index].timeToLive = min(bound, reply.answers[index].timeToLive)
        }
        return reply
    }
}
