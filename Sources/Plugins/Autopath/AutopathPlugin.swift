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
    private let usesPods: Bool
    /// The marker in lower case, its length octet first; empty if there is none.
    private let marker: PlainArray<UInt8>
    /// The first domain of the search path that is the same for all clients; empty if there is no
    /// such path.
    private let first: ZoneList
    private let firstLabelCount: Int
    private let markerZones: ZoneList
    private let markerLabelCounts: PlainArray<Int>
    private let successes: RouteCounters
    /// The plugin that knows pods and zones.
    private var source: KubernetesPlugin?
    /// The same, not counted: counting would make all workers write the same memory.
    private var reference: Unmanaged<KubernetesPlugin>?

    /// Creates the plugin.
    init(_ options: AutopathOptions, metrics: MetricsRegistry) {
        self.options = options
        zones = ZoneList(options.zones)
        usesPods = options.usesPods
        marker = PlainArray(Array((options.marker?.lowercased.octets ?? [0]).dropLast()))
        first = ZoneList(Array(options.fixed.prefix(1)))
        firstLabelCount = options.fixed.first?.labelCount ?? 0
        markerZones = ZoneList(options.markerZones)
        markerLabelCounts = PlainArray(options.markerZones.map(\.labelCount))
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
        guard first.count > 0, first.holds(0, transaction) else { return nil }
        let count = transaction.query.labelCount - firstLabelCount
        return count > 0 ? SearchPlan(baseLabelCount: count, path: .fixed) : nil
    }

    /// The plan for names that end in `NAMESPACE.svc.ZONE`.
    ///
    /// Everything in it follows from the name, or from whether a pod with the client's address is
    /// in that namespace: never from which of several pods is found first. So A and AAAA are
    /// treated alike, by all replicas.
    private func clusterPlan(_ transaction: borrowing Transaction) -> SearchPlan? {
        guard marker.count > 0 || usesPods, let count = zoneLabelCount(transaction) else {
            return nil
        }
        let service = transaction.query.labelCount - count - 1
        guard service >= 2, isLabel(service, "svc", transaction) else { return nil }
        if service >= 3, marker.count > 0, isMarker(service - 2, transaction) {
            return SearchPlan(baseLabelCount: service - 2, path: .marker(zoneLabelCount: count))
        }
        guard usesPods, let reference = unsafe reference,
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
        return markerZones.first(in: all, holding: transaction).map { markerLabelCounts[$0] }
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

    private func isMarker(_ index: Int, _ transaction: borrowing Transaction) -> Bool {
        let scratch = transaction.scratch
        // SAFETY: as in `isLabel`; the length octet, which comes first, ends the comparison.
        let label = unsafe scratch.name + Int(scratch.labels[index])
        for offset in 0..<marker.count where unsafe label[offset] != marker[offset] {
            return false
        }
        return true
    }

    /// Tries the other names of the search path; nil if none exists.
    private func walk(
        _ plan: SearchPlan,
        _ transaction: inout Transaction,
        _ rest: RestOfChain
    ) -> Disposition? {
        let asked = transaction.questionName
        let host = options.host
        for candidate in plan.candidates(for: asked, host: host, fixed: options.fixed) {
            switch look(for: candidate, &transaction, rest) {
            // A failure ends the walk: a name further on might be found by one query and not by
            // the next, so that A and AAAA would be of different names.
            case .failed(let disposition): return disposition
            case .missing: continue
            case .found(let reply):
                write(reply, to: asked, &transaction)
                if reply.header.responseCode == .noError { countSuccess(transaction) }
                return .written
            }
        }
        return nil
    }

    /// What became of a step of a walk.
    private enum Step {
        case found(Message)
        case missing
        case failed(Disposition)
    }

    /// Looks for a name.
    ///
    /// In a domain that somebody else knows, it exists if it does for type A: one question for all
    /// types, so that A and AAAA lead to the same name whatever the other server makes of types.
    private func look(
        for candidate: SearchPlan.Candidate,
        _ transaction: inout Transaction,
        _ rest: RestOfChain
    ) -> Step {
        let type = transaction.questionType
        guard candidate.isProbed, type != .a else {
            return ask(candidate.name, type, &transaction, rest)
        }
        switch ask(candidate.name, .a, &transaction, rest) {
        case .missing: return .missing
        case .failed(let disposition): return .failed(disposition)
        case .found(let reply) where reply.header.responseCode != .noError: return .found(reply)
        case .found(var reply):
            let step = ask(candidate.name, type, &transaction, rest)
            guard case .missing = step else { return step }
            reply.answers = []
            reply.authorities = []
            reply.additionals = []
            return .found(reply)
        }
    }

    private func ask(
        _ name: Name,
        _ type: RecordType,
        _ transaction: inout Transaction,
        _ rest: RestOfChain
    ) -> Step {
        let request = transaction.request(for: name, type)
        switch rest.reply(to: request, from: &transaction) {
        case .code(.waiting): return .failed(.waiting)
        case .code(.serverFailure): return .failed(.serverFailure)
        case .code(.dropped): return .failed(.dropped)
        case .code: return .missing
        case .message(let octets):
            guard let reply = try? Message(decoding: octets) else { return .failed(.serverFailure) }
            return reply.header.responseCode == .nameError ? .missing : .found(reply)
        }
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
    /// A query for another name and type, with the flags and EDNS options of this one.
    fileprivate func request(for name: Name, _ type: RecordType) -> [UInt8] {
        let octets = requestOctets
        // An OPT record has no compressed name in it; what else there may be is of no use.
        let hasOnlyEDNS = query.hasEDNS && octets[6...11].elementsEqual([0, 0, 0, 0, 0, 1])
        var request = Array(octets[..<6]) + [0, 0, 0, 0, 0, hasOnlyEDNS ? 1 : 0] + name.octets
        for word in [type.rawValue, query.recordClass] {
            request += [UInt8(truncatingIfNeeded: word >> 8), UInt8(truncatingIfNeeded: word)]
        }
        return hasOnlyEDNS ? request + octets[query.questionEnd...] : request
    }
}
