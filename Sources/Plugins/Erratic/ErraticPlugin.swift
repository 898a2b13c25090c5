internal import Addresses
internal import DNSWire
internal import Synchronization
internal import Upstreams

/// Which queries are treated badly, and how; an amount of 0 means none.
struct ErraticBehaviour: Sendable {
    /// Which are not answered.
    var drop: UInt64 = 2
    /// Which replies have TC set.
    var truncate: UInt64 = 0
    /// Which are answered late.
    var delay: UInt64 = 0
    /// How late.
    var duration = Duration.milliseconds(100)
    /// Whether replies for A have many records.
    var isLarge = false
}

/// Answers badly, to test clients with (CoreDNS `erratic`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class ErraticPlugin: Plugin, @unchecked Sendable {
    private static let recordCountLarge = 30
    private let behaviour: ErraticBehaviour
    private let loop: UpstreamLoop
    private let queryCount = Atomic<UInt64>(0)

    /// Creates the plugin; delays are timers of `loop`.
    init(_ behaviour: ErraticBehaviour, loop: UpstreamLoop) {
        self.behaviour = behaviour
        self.loop = loop
        super.init(name: "erratic")
    }

    /// Ready and not ready in turn, to test what looks at it.
    override var isReady: Bool? { (3..<5).contains(queryCount.load(ordering: .relaxed)) }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        let number: UInt64
        let key = ErrandKey(owner: self, octets: [])
        if let octets = transaction.doneResult(of: key)?.octets {
            // The query was counted before it was delayed.
            number = octets.reduce(0) { $0 << 8 | UInt64($1) }
        } else {
            number = queryCount.add(1, ordering: .relaxed).oldValue
            guard !isEach(behaviour.drop, number) else { return .dropped }
            if isEach(behaviour.delay, number) {
                let errand = DelayErrand(key: key, number: number, behaviour.duration, loop)
                if transaction.result(of: key, or: { errand }) == nil { return .waiting }
            }
        }
        return write(&transaction, isTruncated: isEach(behaviour.truncate, number))
    }

    private func isEach(_ amount: UInt64, _ number: UInt64) -> Bool {
        amount > 0 && number % amount == 0
    }

    private func write(_ transaction: inout Transaction, isTruncated: Bool) -> Disposition {
        let name = transaction.questionName
        var records: [ResourceRecord]
        switch transaction.questionType {
        case .a:
            let record = ResourceRecord(
                name: name,
                timeToLive: 0,
                data: .address(IPAddress(ipv4: 0xC000_0235))
            )
            let count = behaviour.isLarge ? ErraticPlugin.recordCountLarge : 1
            records = Array(repeating: record, count: count)
        case .aaaa:
            let address = IPAddress(ipv6High: 0x2001_0DB8_0000_0000, low: 0x53)
            records = [ResourceRecord(name: name, timeToLive: 0, data: .address(address))]
        case .axfr:
            records = ErraticPlugin.zone(name)
            if !isTruncated { records.append(records[0]) }
        default:
            return .serverFailure
        }
        transaction.response.isAuthoritative = true
        transaction.response.isTruncated = isTruncated && transaction.questionType != .axfr
        for record in records
        where !transaction.response.append(record, to: .answer, question: name) {
            transaction.response.isTruncated = true
            break
        }
        return .written
    }

    /// The records of a small zone, its SOA record first and only there.
    private static func zone(_ origin: Name) -> [ResourceRecord] {
        func name(_ text: String) -> Name { (try? origin.prepending(label: text)) ?? origin }
        let start = StartOfAuthority(
            primary: name("ns"),
            mailbox: name("hostmaster"),
            serial: 2_018_050_825,
            refresh: 7_200,
            retry: 3_600,
            expire: 1_209_600,
            minimum: 3_600
        )
        let first = IPAddress(ipv6High: 0x2001_0DB8_0000_0000, low: 0x53)
        let second = IPAddress(ipv6High: 0x2001_0DB8_0000_0000, low: 0x54)
        return [
            ResourceRecord(name: origin, timeToLive: 0, data: .soa(start)),
            ResourceRecord(name: origin, timeToLive: 0, data: .ns(name("b"))),
            ResourceRecord(name: origin, timeToLive: 0, data: .ns(name("a"))),
            ResourceRecord(name: name("a"), timeToLive: 0, data: .address(first)),
            ResourceRecord(name: name("b"), timeToLive: 0, data: .address(second)),
        ]
    }
}

/// Lets time pass; the result holds the number that the query has.
///
/// `@unchecked Sendable`: restated from ``Errand``; all properties are immutable and Sendable.
private final class DelayErrand: Errand, @unchecked Sendable {
    private let number: UInt64
    private let duration: Duration
    private let loop: UpstreamLoop

    init(key: ErrandKey, number: UInt64, _ duration: Duration, _ loop: UpstreamLoop) {
        self.number = number
        self.duration = duration
        self.loop = loop
        super.init(key: key)
    }

    override func start(_ done: @escaping (ErrandResult) -> Void) {
        let octets = (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
        loop.schedule(after: duration) { done(ErrandResult(octets: octets)) }
    }
}
