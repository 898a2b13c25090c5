internal import DNSWire
internal import Metrics
internal import Synchronization
internal import Upstreams

/// Finds upstreams that send queries back here (CoreDNS `loop`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; `rules` is set once, while the block is set up,
/// and everything else that changes is behind a mutex, used for probes only.
final class LoopPlugin: Plugin, @unchecked Sendable {
    /// A question that only one upstream was sent.
    private struct Probe {
        var rule: ForwardRule
        var endpoint: UpstreamEndpoint
    }

    /// Seconds from one try to the next, while an upstream doesn't answer.
    private static let retrySeconds = 1
    /// Tries for an upstream that doesn't answer.
    private static let attemptCountMax = 30

    private let zone: Name
    private let services: ServerServices
    private let detected: Counter
    private var rules: [ForwardRule] = []
    private let probes = Mutex<[Name: Probe]>([:])
    private let isStopped = Atomic<Bool>(false)

    /// Creates the plugin; names are made up in `zone`.
    init(zone: Name, _ services: ServerServices) {
        self.zone = zone
        self.services = services
        detected = services.metrics.counter(
            "martlet_loop_detected_total",
            help: "Upstreams found to send queries back here.",
            labels: []
        )
        super.init(name: "loop")
    }

    /// Says whose upstreams are looked at; called once, before ``start()``.
    func watch(_ rules: [ForwardRule]) {
        self.rules = rules
    }

    override func start() {
        services.loop.post { [self] in
            for rule in rules {
                for endpoint in rule.upstreams.endpoints { send(rule, endpoint, attempt: 1) }
            }
        }
    }

    override func stop() {
        isStopped.store(true, ordering: .relaxed)
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        // HINFO, which hardly anybody asks for.
        guard transaction.query.type == 13 else { return rest.answer(&transaction) }
        let name = transaction.questionName
        guard let probe = probes.withLock({ $0.removeValue(forKey: name.lowercased) }) else {
            return rest.answer(&transaction)
        }
        services.metrics.shared.add(detected)
        services.log.write(
            "[ERROR] plugin/loop: Loop (\(transaction.client) -> \(transaction.local)) detected for"
                + " zone \"\(zone)\": upstream \(probe.endpoint) sends queries back here and is not"
                + " asked any more. Query: \"HINFO \(name)\""
        )
        services.loop.post { [log = services.log] in
            do throws(UpstreamFailure) {
                try probe.rule.upstreams.leaveOut(probe.endpoint)
            } catch {
                log.write("[ERROR] plugin/loop: \(probe.endpoint) can't be left out: \(error)")
            }
        }
        return .serverFailure
    }

    /// Asks one upstream, on the loop's thread; tries again as long as it doesn't answer.
    private func send(_ rule: ForwardRule, _ endpoint: UpstreamEndpoint, attempt: Int) {
        guard !isStopped.load(ordering: .relaxed), attempt <= LoopPlugin.attemptCountMax,
            let name = madeUpName(in: rule.from.isSubdomain(of: zone) ? rule.from : zone),
            let group = open(rule.upstreams.settings(endpoint)),
            let request = try? Message(
                header: Header(id: .random(in: .min ... .max), isRecursionDesired: true),
                questions: [Question(name: name, type: RecordType(rawValue: 13))]
            ).encoded()
        else { return }
        probes.withLock { $0[name.lowercased] = Probe(rule: rule, endpoint: endpoint) }
        unsafe request.withUnsafeBytes { request in
            unsafe group.exchange(request, over: .udp) { [self] outcome in
                // The group lives until its question has its outcome.
                withExtendedLifetime(group) {}
                // A loop shows while the upstream works on the question; later it is forgotten.
                probes.withLock { $0[name.lowercased] = nil }
                guard case .failure = outcome else { return }
                services.loop.schedule(after: .seconds(LoopPlugin.retrySeconds)) { [self] in
                    send(rule, endpoint, attempt: attempt + 1)
                }
            }
        }
    }

    /// Opens an upstream to be asked alone; nil, and the log says why, if that can't be done.
    private func open(_ settings: UpstreamSettings) -> UpstreamGroup? {
        do throws(UpstreamFailure) {
            return try UpstreamGroup(settings, loop: services.loop)
        } catch {
            services.log.write("[ERROR] plugin/loop: an upstream can't be looked at: \(error)")
            return nil
        }
    }

    private func madeUpName(in zone: Name) -> Name? {
        let labels = (0..<2).map { _ in String(UInt64.random(in: .min ... .max)) }
        let suffix = zone.labelCount == 0 ? "" : "\(zone)"
        return Name("\(labels[0]).\(labels[1]).\(suffix)")
    }
}
