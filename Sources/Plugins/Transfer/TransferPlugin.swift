internal import Corefile
internal import DNSWire
internal import Dispatch
internal import Synchronization

/// Gives zones of other plugins to secondary servers (CoreDNS `transfer`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class TransferPlugin: Plugin, ZoneNotifier, @unchecked Sendable {
    private let rules: [TransferRule]
    private let log: LogSink
    private let queue = DispatchQueue(label: "martlet-notify", qos: .utility)
    /// Zones of which somebody is still to be told.
    private let waiting = Mutex<Set<Name>>([])

    /// Creates the plugin.
    init(_ rules: [TransferRule], log: LogSink) {
        self.rules = rules
        self.log = log
        super.init(name: "transfer")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        let type = transaction.query.type
        guard type == RecordType.axfr.rawValue || type == RecordType.ixfr.rawValue else {
            return rest.answer(&transaction)
        }
        guard transaction.transport == .tcp || transaction.transport == .tls else {
            return .refused
        }
        let zone = transaction.questionName
        guard let rule = rules.rule(for: zone) else { return rest.answer(&transaction) }
        guard rule.allows(transaction.client.address) else {
            transaction.response.responseCode = ResponseCode.refused.rawValue
            return .written
        }
        var serial: UInt32?
        if type == RecordType.ixfr.rawValue {
            guard let known = transaction.knownSerial else {
                return transaction.fail("an IXFR without the SOA record that the client has")
            }
            serial = known
        }
        for case let source as any TransferSource in rest.chain?.plugins ?? [] {
            switch source.offer(zone, to: transaction) {
            case .notHere: continue
            case .unavailable:
                return transaction.fail("the zone \(zone) is not there yet, or has expired")
            case .zone(let contents):
                let isUpToDate = serial != nil && serial == contents.serial
                return send(contents, zone, isUpToDate, &transaction)
            }
        }
        return rest.answer(&transaction)
    }

    private func send(
        _ contents: ZoneContents,
        _ zone: Name,
        _ isUpToDate: Bool,
        _ transaction: inout Transaction
    ) -> Disposition {
        let client = transaction.client.address
        let serial = contents.serial ?? 0
        let stream = TransferStream(
            contents,
            id: transaction.query.id,
            question: Question(name: zone, type: transaction.questionType),
            isUpToDate: isUpToDate
        ) { [log] count in
            log.write(
                "[INFO] plugin/transfer: Outgoing transfer of \(count) records of zone \(zone) to "
                    + "\(client) for \(serial) SOA serial"
            )
        }
        guard let first = stream.next() else { return .serverFailure }
        let isWritten = unsafe first.withUnsafeBytes { unsafe transaction.write(reply: $0) }
        guard isWritten else { return .serverFailure }
        if !stream.isAtEnd { transaction.send(stream) }
        return .written
    }

    func zoneHasChanged(_ zone: Name) {
        guard let rule = rules.rule(for: zone), !rule.clients.isEmpty,
            waiting.withLock({ $0.insert(zone).inserted })
        else { return }
        queue.async { [self] in
            waiting.withLock { _ = $0.remove(zone) }
            for client in rule.clients {
                do throws(WireTransferError) {
                    try PrimaryConnection.notify(client, of: zone, from: rule.source)
                } catch {
                    log.write("[WARNING] plugin/transfer: NOTIFY of \(zone) to \(client): \(error)")
                }
            }
        }
    }
}

extension Transaction {
    /// The serial number that a client says it has: that of the one SOA record in the authority
    /// section (RFC 1995 §3).
    fileprivate var knownSerial: UInt32? {
        guard let message = requestMessage, message.authorities.count == 1,
            case .soa(let start)? = message.authorities.first?.data
        else { return nil }
        return start.serial
    }
}
