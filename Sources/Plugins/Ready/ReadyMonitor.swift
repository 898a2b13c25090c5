internal import Synchronization

/// Which plugins were ready, and what `/ready` replies.
final class ReadyMonitor: Sendable {
    /// How often plugins are asked.
    enum Kind: String, CaseIterable, Sendable {
        /// A plugin that was ready once is not asked again.
        case untilReady = "until-ready"
        /// All are asked each time.
        case continuously
    }

    private let kind: Kind
    /// The plugins that weren't ready when asked last; nil before anybody asked.
    private let waiting = Mutex<Set<String>?>(nil)

    /// Creates a monitor.
    init(_ kind: Kind) {
        self.kind = kind
    }

    /// What to reply while the server is in a state.
    func reply(_ state: EndpointState) -> EndpointReply {
        guard !state.isEnding else {
            return EndpointReply(status: 503, body: Array("Shutting down".utf8))
        }
        let names = waiting.withLock { waiting in
            let now = Set(state.notReady)
            let left = kind == .continuously ? now : waiting.map { $0.intersection(now) } ?? now
            waiting = left
            return left
        }
        guard !names.isEmpty else { return EndpointReply(body: Array("OK".utf8)) }
        return EndpointReply(status: 503, body: Array(names.sorted().joined(separator: ",").utf8))
    }
}
