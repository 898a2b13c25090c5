internal import Addresses
internal import DNSWire
internal import Metrics

/// Answers names that mean the asking host itself (CoreDNS `local`, RFC 6761 §6.3, RFC 6303).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class LocalPlugin: Plugin, @unchecked Sendable {
    private static let timeToLive: UInt32 = 604_800
    private static let localhost = Name("localhost") ?? .root
    private static let loopback = Name("1.0.0.127.in-addr.arpa") ?? .root
    private static let mailbox = Name("root.localhost") ?? .root
    /// The first label of names that begin with `localhost`, in wire form.
    private static let prefixOctetCount = 10

    private let localhostZone = ZoneMatcher(localhost)
    private let zones: [Name]
    private let zoneList: ZoneList
    private let takesPrefix: Bool
    private let debugLog: LogSink?
    private let counter: Counter

    /// Creates the plugin; `debugLog` takes a line for each query below `localhost`.
    init(takesPrefix: Bool, debugLog: LogSink?, counter: Counter) {
        self.takesPrefix = takesPrefix
        self.debugLog = debugLog
        self.counter = counter
        zones =
            ["0", "127", "255"].compactMap { Name("\($0).in-addr.arpa") }
            + [LocalPlugin.localhost]
        zoneList = ZoneList(zones)
        super.init(name: "local")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        if isBelowLocalhost(transaction) {
            transaction.metrics.add(counter)
            if let debugLog { log(transaction, debugLog) }
            writeLocalhost(&transaction)
            return .written
        }
        if let index = zoneList.first(in: 0..<zoneList.count, holding: transaction) {
            write(&transaction, in: zones[index])
            return .written
        }
        return rest.answer(&transaction)
    }

    /// Whether a name is below `localhost`, or begins with it.
    private func isBelowLocalhost(_ transaction: borrowing Transaction) -> Bool {
        guard transaction.query.labelCount > 1 else { return false }
        if localhostZone.holds(transaction.query, transaction.scratch) { return true }
        guard takesPrefix, transaction.query.nameOctetCount > LocalPlugin.prefixOctetCount,
            unsafe transaction.scratch.name.pointee == LocalPlugin.prefixOctetCount - 1
        else { return false }
        // Both begin with the count of the label's octets; the scratch is in lower case.
        return unsafe localhostZone.octets.prefix(LocalPlugin.prefixOctetCount).elementsEqual(
            UnsafeBufferPointer(
                start: transaction.scratch.name,
                count: LocalPlugin.prefixOctetCount
            )
        )
    }

    private func writeLocalhost(_ transaction: inout Transaction) {
        let name = transaction.questionName
        if let address = address(for: transaction.questionType) {
            append(.address(address), of: name, to: .answer, &transaction)
        } else {
            append(start, of: name, to: .authority, &transaction)
        }
    }

    private func write(_ transaction: inout Transaction, in zone: Name) {
        let name = transaction.questionName
        let isApex = name.labelCount == zone.labelCount
        switch transaction.questionType {
        case .a where isApex && zone == LocalPlugin.localhost,
            .aaaa where isApex && zone == LocalPlugin.localhost:
            writeLocalhost(&transaction)
        case .soa where isApex:
            append(start, of: name, to: .answer, &transaction)
        case .ns where isApex:
            append(.ns(LocalPlugin.localhost), of: name, to: .answer, &transaction)
        case .ptr where name == LocalPlugin.loopback:
            append(.ptr(LocalPlugin.localhost), of: name, to: .answer, &transaction)
        default:
            if !isApex, name != LocalPlugin.loopback {
                transaction.response.responseCode = ResponseCode.nameError.rawValue
            }
            let origin = name.suffix(labelCount: zone.labelCount)
            append(start, of: origin, to: .authority, &transaction)
        }
    }

    private func address(for type: RecordType) -> IPAddress? {
        switch type {
        case .a: IPAddress(ipv4: 0x7F00_0001)
        case .aaaa: IPAddress(ipv6High: 0, low: 1)
        default: nil
        }
    }

    private var start: RecordData {
        .soa(
            StartOfAuthority(
                primary: LocalPlugin.localhost,
                mailbox: LocalPlugin.mailbox,
                serial: 1,
                refresh: 0,
                retry: 0,
                expire: 0,
                minimum: LocalPlugin.timeToLive
            )
        )
    }

    private func append(
        _ data: RecordData,
        of owner: Name,
        to section: ResponseWriter.Section,
        _ transaction: inout Transaction
    ) {
        let record = ResourceRecord(name: owner, timeToLive: LocalPlugin.timeToLive, data: data)
        let question = transaction.questionName
        if !transaction.response.append(record, to: section, question: question) {
            transaction.response.isTruncated = true
        }
    }

    private func log(_ transaction: borrowing Transaction, _ log: LogSink) {
        let name = transaction.questionName.lowercased
        log.write(
            "[DEBUG] plugin/local: Intercepting localhost query for \"\(name)\" "
                + "\(transaction.questionType), from \(transaction.client.address)"
        )
    }
}
