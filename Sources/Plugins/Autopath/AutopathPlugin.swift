internal import DNSWire
internal import Glibc
internal import Metrics

/// Walks the search path for the client (CoreDNS `autopath`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable but
/// `source` and `reference`, which are set once while the block is set up, before a chain with the
/// plugin is given to any other thread.
@safe
final class AutopathPlugin: Plugin, @unchecked Sendable {
    private let zones: ZoneList
    private let options: AutopathOptions
    /// The marker as a name of one label; nil if there is none.
    private let marker: ZoneMatcher?
    /// The first domain of the search path that is the same for all clients.
    private let first: ZoneMatcher?
    private let markerZones: ZoneList
    private let successes: RouteCounters
    /// The plugin that knows pods and zones.
    private var source: KubernetesPlugin?
    /// The same, not counted: counting would make all workers write the same memory.
    private var reference: Unmanaged<KubernetesPlugin>?

    /// Creates the plugin.
    init(_ options: AutopathOptions, metrics: MetricsRegistry) {
        self.options = options
        zones = ZoneList(options.zones)
        marker = options.marker.map { ZoneMatcher($0) }
        first = options.fixed.first.map { ZoneMatcher($0) }
        markerZones = ZoneList(options.markerZones)
        successes = RouteCounters { route in
            [
                metrics.counter(
                    "coredns_autopath_success_total",
                    help: "Counter of requests that did autopath.",
                    labels: [("server", route?.server ?? "")]
                )
            ]
        }
        super.init(name: "autopath")
    }

    /// Sets the plugin that knows pods and zones; while the block is set up.
    func connect(_ plugin: KubernetesPlugin) {
        source = plugin
        unsafe reference = .passUnretained(plugin)
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        guard zones.first(in: 0..<zones.count, holding: transaction) != nil,
            transaction.query.recordClass == RecordClass.in.rawValue,
            let plan = plan(transaction)
        else { return rest.answer(&transaction) }
        // The name as it stands comes first: it costs no more than without this plugin.
        let disposition = rest.answer(&transaction)
        guard disposition == .written || disposition == .refused else { return disposition }
        if disposition == .written,
            transaction.response.responseCode != ResponseCode.nameError.rawValue
        {
            countSuccess(transaction)
            return .written
        }
        return walk(plan, &transaction, rest) ?? disposition
    }

    /// How the query's name is looked for; nil if it is not within a search path.
    private func plan(_ transaction: borrowing Transaction) -> SearchPlan? {
        if let plan = clusterPlan(transaction) { return plan }
        guard let first, first.holds(transaction.query, transaction.scratch) else { return nil }
        let count = transaction.query.labelCount - first.labelCount
        return count > 0 ? SearchPlan(baseLabelCount: count, path: .fixed) : nil
    }

    /// The plan for names that end in `NAMESPACE.svc.ZONE`.
    ///
    /// Everything in it follows from the name, or from whether a pod with the client's address is
    /// in that namespace: never from which of several pods is found first. So A and AAAA are
    /// treated alike, by all replicas.
    private func clusterPlan(_ transaction: borrowing Transaction) -> SearchPlan? {
        guard marker != nil || options.usesPods, let count = zoneLabelCount(transaction) else {
            return nil
        }
        let service = transaction.query.labelCount - count - 1
        guard service >= 2, isLabel(service, "svc", transaction) else { return nil }
        if service >= 3, let marker, isMarker(service - 2, marker, transaction) {
            return SearchPlan(baseLabelCount: service - 2, path: .marker(zoneLabelCount: count))
        }
        guard options.usesPods, let reference = unsafe reference,
            unsafe reference._withUnsafeGuaranteedRef({
                $0.isClientPod(ofNamespaceAt: service - 1, transaction)
            })
        else { return nil }
        return SearchPlan(baseLabelCount: service - 1, path: .pod(zoneLabelCount: count))
    }

    private func zoneLabelCount(_ transaction: borrowing Transaction) -> Int? {
        if let reference = unsafe reference {
            return unsafe reference._withUnsafeGuaranteedRef { $0.zoneLabelCount(transaction) }
        }
        let all = 0..<markerZones.count
        return markerZones.first(in: all, holding: transaction).map {
            options.markerZones[$0].labelCount
        }
    }

    private func isLabel(
        _ index: Int,
        _ text: StaticString,
        _ transaction: borrowing Transaction
    ) -> Bool {
        let scratch = transaction.scratch
        // SAFETY: index < labelCount, and a label's octets follow its length in the scratch memory.
        let label = unsafe scratch.name + Int(scratch.labels[index])
        guard unsafe Int(label.pointee) == text.utf8CodeUnitCount else { return false }
        return unsafe memcmp(label + 1, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    private func isMarker(
        _ index: Int,
        _ marker: ZoneMatcher,
        _ transaction: borrowing Transaction
    ) -> Bool {
        let scratch = transaction.scratch
        guard let octets = unsafe marker.octets.baseAddress else { return false }
        // SAFETY: as in `isLabel`; the marker is one label, its length in front.
        let label = unsafe scratch.name + Int(scratch.labels[index])
        let count = unsafe marker.octets.count - 1
        guard unsafe Int(label.pointee) + 1 == count else { return false }
        return unsafe memcmp(label, octets, count) == 0
    }

    /// Tries the other names of the search path; nil if none exists.
    private func walk(
        _ plan: SearchPlan,
        _ transaction: inout Transaction,
        _ rest: RestOfChain
    ) -> Disposition? {
        let asked = transaction.questionName
        let host = options.host
        for name in plan.candidates(for: asked, host: host, fixed: options.fixed) {
            switch rest.reply(to: transaction.request(for: name), from: &transaction) {
            // A failure ends the walk: a name further on might be found by one query and not by
            // the next, so that A and AAAA would be of different names.
            case .code(.waiting): return .waiting
            case .code(.serverFailure): return .serverFailure
            case .code(.dropped): return .dropped
            case .code: continue
            case .message(let octets):
                guard let reply = try? Message(decoding: octets) else { return .serverFailure }
                guard reply.header.responseCode != .nameError else { continue }
                write(reply, to: asked, &transaction)
                if reply.header.responseCode == .noError { countSuccess(transaction) }
                return .written
            }
        }
        return nil
    }

    /// Writes what was found as an alias of the name in the question.
    private func write(_ reply: Message, to asked: Name, _ transaction: inout Transaction) {
        var reply = reply
        if let found = reply.answers.first, found.name != asked {
            reply.answers.insert(
                ResourceRecord(
                    name: asked,
                    timeToLive: found.timeToLive,
                    data: .cname(found.name)
                ),
                at: 0
            )
        }
        transaction.write(reply)
    }

    private func countSuccess(_ transaction: borrowing Transaction) {
        successes.count(0, transaction)
    }
}

extension Transaction {
    /// A query for another name, with the type, flags and EDNS options of this one.
    fileprivate func request(for name: Name) -> [UInt8] {
        var octets = requestOctets
        let tail = octets[query.questionEnd...]
        // An OPT record has no compressed name in it; what else there may be is of no use.
        let hasOnlyEDNS = query.hasEDNS && octets[6...11].elementsEqual([0, 0, 0, 0, 0, 1])
        let type = octets[(query.questionEnd - 4)..<query.questionEnd]
        let rest = Array(type) + (hasOnlyEDNS ? Array(tail) : [])
        octets.removeSubrange(QueryView.headerOctetCount...)
        octets.replaceSubrange(6...11, with: [0, 0, 0, 0, 0, hasOnlyEDNS ? 1 : 0])
        return octets + name.octets + rest
    }
}
