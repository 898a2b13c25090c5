internal import Addresses
internal import ClusterView
internal import DNSWire

/// Answers for the addresses that services have outside of the cluster (CoreDNS `k8s_external`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; `cluster` is set once, while the block is set
/// up and before the plugin answers, all other properties are immutable and Sendable.
final class K8sExternalPlugin: Plugin, TransferSource, @unchecked Sendable {
    private let options: K8sExternalOptions
    private let list: ZoneList
    /// What `kubernetes` shows.
    private var cluster: ShownCluster?

    /// Creates the plugin; it answers once it is attached to a cluster.
    init(_ options: K8sExternalOptions) {
        var options = options
        options.zones.sort { $0.labelCount > $1.labelCount }
        self.options = options
        list = ZoneList(options.zones)
        super.init(name: "k8s_external")
    }

    /// Takes what `kubernetes` shows; called while the block is set up.
    func attach(_ cluster: ShownCluster) { self.cluster = cluster }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        guard let index = list.first(in: 0..<list.count, holding: transaction),
            let view = view(of: options.zones[index], transaction)
        else { return rest.answer(&transaction) }
        let type = transaction.questionType
        guard type != .axfr, type != .ixfr else { return .refused }
        let name = transaction.questionName
        let prefix = name.removing(suffix: view.zone)?.labels ?? []
        if prefix.isEmpty { return answerApex(&transaction, view, name) }
        if String(decoding: prefix[prefix.count - 1], as: UTF8.self).lowercased() == options.apex {
            return answerServer(&transaction, view, name, prefix)
        }
        if type == .ptr, let address = IPAddress(reverse: name) {
            let names = view.names(of: address)
            guard !names.isEmpty else { return deny(&transaction, view, name, rest) }
            return write(names.map { view.record(name, .ptr($0)) }, to: &transaction, view, name)
        }
        switch view.find(name) {
        case .nameError: return deny(&transaction, view, name, rest)
        case .locations(let locations):
            return write(at: locations, to: &transaction, view, name)
        }
    }

    private func view(of zone: Name, _ transaction: borrowing Transaction) -> K8sExternalView? {
        guard let cluster else { return nil }
        return transaction.withSnapshot(cluster.viewIndex) {
            K8sExternalView(zone: zone, options: options, cluster: cluster, snapshot: $0)
        }
    }

    /// The zone's own name: SOA and NS.
    private func answerApex(
        _ transaction: inout Transaction,
        _ view: K8sExternalView,
        _ name: Name
    ) -> Disposition {
        switch transaction.questionType {
        case .soa: return write([view.start], to: &transaction, view, name)
        case .ns:
            return write(
                [view.record(view.zone, .ns(view.server))],
                with: view.cluster.serverAddresses.map { view.record(view.server, .address($0)) },
                to: &transaction,
                view,
                name
            )
        default: return write([], to: &transaction, view, name)
        }
    }

    /// The names of the zone's server, and those around it.
    private func answerServer(
        _ transaction: inout Transaction,
        _ view: K8sExternalView,
        _ name: Name,
        _ prefix: [ArraySlice<UInt8>]
    ) -> Disposition {
        if prefix.count == 1 { return write([], to: &transaction, view, name) }
        let first = String(decoding: prefix[0], as: UTF8.self).lowercased()
        guard prefix.count == 2, first == "ns1" else {
            return writeNameError(&transaction, view, name)
        }
        let type = transaction.questionType
        let records = view.cluster.serverAddresses.map { view.record(name, .address($0)) }
        return write(records.filter { $0.type == type }, to: &transaction, view, name)
    }

    private func write(
        at locations: [ExternalLocation],
        to transaction: inout Transaction,
        _ view: K8sExternalView,
        _ name: Name
    ) -> Disposition {
        let type = transaction.questionType
        if type == .srv {
            let records = view.services(locations, at: name)
            return write(records, with: view.glue(locations), to: &transaction, view, name)
        }
        guard type == .a || type == .aaaa else { return write([], to: &transaction, view, name) }
        var seen: Set<ExternalTarget> = []
        var records: [ResourceRecord] = []
        var alias: Name?
        for location in locations where seen.insert(location.target).inserted {
            switch location.target {
            case .address(let address): records.append(view.record(name, .address(address)))
            case .name(let target): alias = alias ?? target
            }
        }
        if let alias, records.isEmpty {
            transaction.response.isAuthoritative = true
            let record = view.record(name, .cname(alias))
            guard transaction.response.append(record, to: .answer, question: name) else {
                transaction.response.isTruncated = true
                return .written
            }
            return transaction.follow(alias)
        }
        return write(records.filter { $0.type == type }, to: &transaction, view, name)
    }

    /// Writes records, or that there are none of this type.
    private func write(
        _ records: [ResourceRecord],
        with additionals: [ResourceRecord] = [],
        to transaction: inout Transaction,
        _ view: K8sExternalView,
        _ name: Name
    ) -> Disposition {
        transaction.response.isAuthoritative = true
        let main = records.isEmpty ? [view.start] : records
        for record in main {
            let section = records.isEmpty ? ResponseWriter.Section.authority : .answer
            guard transaction.response.append(record, to: section, question: name) else {
                transaction.response.isTruncated = true
                return .written
            }
        }
        for record in additionals where !records.isEmpty {
            // Clients can ask for what does not fit here.
            guard transaction.response.append(record, to: .additional, question: name) else {
                break
            }
        }
        return .written
    }

    /// Passes an unknown name on, or says that it does not exist.
    private func deny(
        _ transaction: inout Transaction,
        _ view: K8sExternalView,
        _ name: Name,
        _ rest: RestOfChain
    ) -> Disposition {
        if let passedOn = options.passedOn, passedOn.contains(where: { name.isSubdomain(of: $0) }) {
            return rest.answer(&transaction)
        }
        return writeNameError(&transaction, view, name)
    }

    private func writeNameError(
        _ transaction: inout Transaction,
        _ view: K8sExternalView,
        _ name: Name
    ) -> Disposition {
        transaction.response.responseCode = ResponseCode.nameError.rawValue
        return write([], to: &transaction, view, name)
    }

    func offer(_ zone: Name, to transaction: borrowing Transaction) -> TransferOffer {
        guard let own = options.zones.first(where: { $0 == zone }),
            let view = view(of: own, transaction)
        else { return .notHere }
        return .zone(view.contents)
    }
}

extension IPAddress {
    /// The address that a complete reverse name stands for (RFC 1035 §3.5, RFC 3596 §2.5).
    init?(reverse name: Name) {
        let labels = name.lowercased.labels.map { String(decoding: $0, as: UTF8.self) }
        switch (labels.count, labels.suffix(2)) {
        case (6, ["in-addr", "arpa"]):
            self.init(labels.prefix(4).reversed().joined(separator: "."))
        case (34, ["ip6", "arpa"]):
            let digits = Array(labels.prefix(32).reversed())
            guard digits.allSatisfy({ $0.utf8.count == 1 }) else { return nil }
            let groups = stride(from: 0, to: 32, by: 4).map { digits[$0..<($0 + 4)].joined() }
            self.init(groups.joined(separator: ":"))
        default: return nil
        }
    }
}
