/// The upstreams of one `forward` stanza.
///
/// It may be made and kept anywhere; questions are asked on the loop's thread. When the last
/// reference goes, its sockets are closed; questions under way still get their outcome.
public final class UpstreamGroup: Sendable {
    /// What the stanza says.
    public let settings: UpstreamSettings
    /// The upstreams as they are written, in the order of the settings.
    public let names: [String]
    /// The loop that its questions wait on.
    public let loop: UpstreamLoop
    private let core: LoopBound<GroupCore>

    /// Opens a group; nothing is sent before the first question.
    ///
    /// - Parameters:
    ///   - settings: What the stanza says.
    ///   - loop: The loop that questions wait on; this may be any thread.
    ///   - observer: Counts what happens.
    ///   - gate: Tells other threads when questions fail at once.
    /// - Throws: ``UpstreamFailure`` if the settings name no upstreams, too many, or certificates
    ///   that are of no use.
    public init(
        _ settings: UpstreamSettings,
        loop: UpstreamLoop,
        observer: (any UpstreamObserver & Sendable)? = nil,
        gate: UpstreamGate = UpstreamGate()
    ) throws(UpstreamFailure) {
        self.settings = settings
        names = settings.endpoints.map(\.description)
        self.loop = loop
        core = LoopBound(loop.mailbox, try GroupCore(settings, loop.table, observer, gate))
    }

    deinit {
        let core = core
        loop.postAlways { core.value.close() }
    }

    /// Asks for an answer; on the loop's thread only.
    ///
    /// - Parameters:
    ///   - request: The client's query, complete; it is copied.
    ///   - transport: What the client's query came over.
    ///   - deadline: A time of ``UpstreamLoop/now`` by which there must be an outcome; not later
    ///     than five seconds in any case.
    ///   - then: Called once with the outcome, on the loop's thread, perhaps before this returns.
    public func exchange(
        _ request: UnsafeRawBufferPointer,
        over transport: UpstreamTransport,
        deadline: UInt64? = nil,
        then: @escaping (UpstreamOutcome) -> Void
    ) {
        let asker = ClosureAsker(then)
        unsafe core.value.exchange(request, over: transport, deadline: deadline, for: asker)
    }

    /// Asks for an answer; on the loop's thread only.
    ///
    /// - Parameters:
    ///   - request: The client's query, complete; it is copied.
    ///   - transport: What the client's query came over.
    ///   - deadline: A time of ``UpstreamLoop/now`` by which there must be an outcome.
    ///   - asker: Who is told the outcome once, perhaps before this returns.
    public func exchange(
        _ request: UnsafeRawBufferPointer,
        over transport: UpstreamTransport,
        deadline: UInt64?,
        for asker: UpstreamAsker
    ) {
        unsafe core.value.exchange(request, over: transport, deadline: deadline, for: asker)
    }

    /// What is known of an upstream, for tests and pages.
    public struct Status: Sendable, Hashable {
        /// Whether it counts as down.
        public let isDown: Bool
        /// Queries on their way to it.
        public let inFlight: Int
        /// Nanoseconds that its answers usually take; 0 before the first.
        public let usualNanoseconds: UInt64
    }

    /// The state of the upstreams, in the order of the settings; on the loop's thread only.
    public var status: [Status] {
        core.value.upstreams.map { upstream in
            Status(
                isDown: upstream.isDown,
                inFlight: upstream.inFlight,
                usualNanoseconds: upstream.roundTrip.usual
            )
        }
    }
}
