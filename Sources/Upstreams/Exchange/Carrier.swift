/// Why an attempt ends without an answer.
enum AttemptEnd {
    /// Time is up.
    case timeout
    /// The system says why.
    case system(Int32)
    /// The upstream ended the stream.
    case closed
    /// Something else, told in words.
    case told(UpstreamFailure.Kind, String)
}

/// What queries travel on: a socket or a stream to one upstream.
class Carrier {
    /// The upstream at the other end.
    let upstream: Upstream
    /// When it was opened.
    let openedAt: UInt64
    /// When it was last used.
    final var usedAt: UInt64
    /// Whether new queries take another one.
    final var isRetired = false
    /// Queries that wait for an answer on it.
    final var attemptCount = 0
    /// The position of the first of them in the table of attempts; -1 if there is none.
    final var firstAttempt: Int32 = -1

    init(_ upstream: Upstream, now: UInt64) {
        self.upstream = upstream
        openedAt = now
        usedAt = now
    }

    /// What it is, in the words of CoreDNS.
    var transport: UpstreamTransport { .udp }

    /// The failure of an attempt on it, which tells what happened at which address.
    func failure(_ end: AttemptEnd) -> UpstreamFailure {
        UpstreamFailure(.system, "\(transport) \(upstream.endpoint): no connection")
    }

    /// Called when an attempt has ended, whether by an answer or not.
    func attemptEnded() {}

    /// Fails every attempt on it.
    final func failAll(_ failure: UpstreamFailure, canReconnect: Bool = false) {
        // An attempt that fails may begin another one, even on this carrier: only those that are
        // there now are meant.
        let table = upstream.table
        for attempt in table.attempts(on: self) {
            table.fail(attempt, failure, canReconnect: canReconnect)
        }
    }
}
