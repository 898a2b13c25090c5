internal import Metrics
internal import Upstreams

/// The upstreams of a stanza, some of which may be left out later.
///
/// `@unchecked Sendable`: `group` and `left` are used on the slow lane's thread only, once the
/// stanza is set up; the rest never changes.
final class RuleUpstreams: PacketErrand, @unchecked Sendable {
    /// All upstreams that the stanza names.
    let endpoints: [UpstreamEndpoint]
    /// Whether it is of use to ask them now.
    private let gate = UpstreamGate()
    private let counters: RefusalCounters
    private let maxConcurrent: Int
    private let loop: UpstreamLoop
    private let registry: MetricsRegistry
    private let standard: UpstreamSettings
    @safe @exclusivity(unchecked) private(set) var group: UpstreamGroup?
    private var left: [UpstreamEndpoint]

    /// Opens the upstreams of a stanza.
    ///
    /// - Throws: ``UpstreamFailure`` if that can't be done.
    init(
        _ settings: UpstreamSettings,
        loop: UpstreamLoop,
        metrics: MetricsRegistry
    ) throws(UpstreamFailure) {
        standard = settings
        endpoints = settings.endpoints
        left = settings.endpoints
        self.loop = loop
        registry = metrics
        counters = RefusalCounters(metrics)
        maxConcurrent = settings.maxConcurrent
        let observer = ForwardMetrics(metrics, settings.endpoints)
        group = try UpstreamGroup(settings, loop: loop, observer: observer, gate: gate)
        super.init()
    }

    override func start(
        _ request: UnsafeRawBufferPointer,
        over transport: UpstreamTransport,
        deadline: UInt64?,
        for asker: UpstreamAsker
    ) {
        guard let group else {
            asker.take(.failure(.allLeadBack))
            return
        }
        unsafe group.exchange(request, over: transport, deadline: deadline, for: asker)
    }

    /// Why a query would fail at once if it was sent to be asked; counted as if it had been.
    ///
    /// - Returns: Nil if that has to be found out by asking.
    func refusal(of transaction: borrowing Transaction) -> QueryFailure? {
        guard let refusal = gate.refusal(at: transaction.batchTime) else { return nil }
        counters.add(refusal, to: transaction.metrics)
        switch refusal {
        case .tooManyConcurrent: return .tooManyConcurrent(maximum: maxConcurrent)
        case .overloaded, .allDown: return .notAsked
        case .noHealthyUpstream: return .noHealthyUpstream
        }
    }

    override func name(of upstream: Int) -> String {
        // Numbers change when one is left out while a query waits for another errand.
        guard let names = group?.names, names.indices.contains(upstream) else { return "" }
        return names[upstream]
    }

    /// The settings for asking one of the upstreams alone, once.
    func settings(_ endpoint: UpstreamEndpoint) -> UpstreamSettings {
        var settings = standard
        settings.endpoints = [endpoint]
        settings.maxConnectAttempts = 1
        settings.hedges = false
        return settings
    }

    /// Asks an upstream no more; on the slow lane's thread.
    ///
    /// - Throws: ``UpstreamFailure`` if the others can't be opened anew: then all stay as they are.
    func leaveOut(_ endpoint: UpstreamEndpoint) throws(UpstreamFailure) {
        let rest = left.filter { $0 != endpoint }
        var settings = standard
        settings.endpoints = rest
        // Counters go by an upstream's number, which changes.
        let observer = ForwardMetrics(registry, rest)
        group =
            rest.isEmpty
            ? nil : try UpstreamGroup(settings, loop: loop, observer: observer, gate: gate)
        left = rest
        // What was true of the others may be no more.
        gate.open()
    }
}
