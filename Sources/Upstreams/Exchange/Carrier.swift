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
    fileprivate(set) final var attemptCount = 0
    /// The first of them.
    fileprivate final var firstAttempt: Attempt?

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
        var present: [(attempt: Attempt, serial: UInt64)] = []
        var next = firstAttempt
        while let attempt = next {
            present.append((attempt, attempt.serial))
            next = attempt.next
        }
        for (attempt, serial) in present where attempt.serial == serial {
            attempt.failed(failure, canReconnect: canReconnect)
        }
    }
}

/// One query sent to one upstream.
///
/// Attempts are kept and used again; `serial` tells the uses apart.
final class Attempt {
    /// The position in the table.
    let index: Int
    /// Which use of this object it is; 0 while it isn't used.
    fileprivate(set) var serial: UInt64 = 0
    /// The identifier sent.
    fileprivate(set) var id: UInt16 = 0
    /// The question that it is for; nil for a probe.
    fileprivate(set) var exchange: Exchange?
    /// What it travels on.
    fileprivate(set) var carrier: Carrier?
    /// When it was sent.
    fileprivate(set) var sentAt: UInt64 = 0
    fileprivate var timer: TimerKey?
    fileprivate var next: Attempt?
    fileprivate var previous: Attempt?

    fileprivate init(index: Int) {
        self.index = index
    }

    /// Ends it because its time is up.
    func timedOut() {
        guard let carrier else { return }
        timer = nil
        let stream = carrier as? StreamCarrier
        let sentAt = self.sentAt
        failed(carrier.failure(.timeout), canReconnect: false)
        stream?.wasSilent(since: sentAt)
    }

    /// Ends it without an answer.
    ///
    /// - Parameters:
    ///   - failure: What happened.
    ///   - canReconnect: Whether it may be sent once more on another connection, because the
    ///     upstream had closed this one while it was idle.
    func failed(_ failure: UpstreamFailure, canReconnect: Bool) {
        guard let carrier else { return }
        let upstream = carrier.upstream
        let exchange = self.exchange
        let serial = self.serial
        upstream.table.end(self)
        guard let exchange else {
            upstream.probeFailed()
            return
        }
        exchange.failed(serial, upstream, failure, canReconnect: canReconnect)
    }
}

/// All attempts under way, by identifier.
///
/// An identifier is used by one attempt at a time, whatever the upstream: that costs a quarter of
/// the identifiers at most, and makes finding an attempt one look into an array.
struct AttemptTable {
    private var attempts: [Attempt] = []
    private var free: [Int] = []
    /// The position of the attempt plus 1, by identifier; 0 if there is none.
    private var positions = [UInt16](repeating: 0, count: 65_536)
    private var serial: UInt64 = 0

    /// Attempts under way.
    var count: Int { attempts.count - free.count }

    /// Takes an attempt for a query; nil at the bound.
    mutating func begin(
        _ carrier: Carrier,
        _ exchange: Exchange?,
        now: UInt64,
        random: inout RandomPool
    ) -> Attempt? {
        guard count < Limits.attemptCountMax else { return nil }
        if free.isEmpty {
            free.append(attempts.count)
            attempts.append(Attempt(index: attempts.count))
        }
        guard let position = free.popLast() else { return nil }
        let attempt = attempts[position]
        var id: UInt16
        // At most a quarter of the identifiers is in use: the loop ends soon.
        repeat {
            id = UInt16(truncatingIfNeeded: random.next())
        } while positions[Int(id)] != 0
        positions[Int(id)] = UInt16(position + 1)
        serial += 1
        attempt.serial = serial
        attempt.id = id
        attempt.exchange = exchange
        attempt.carrier = carrier
        attempt.sentAt = now
        attempt.next = carrier.firstAttempt
        carrier.firstAttempt?.previous = attempt
        attempt.previous = nil
        carrier.firstAttempt = attempt
        carrier.attemptCount += 1
        return attempt
    }

    /// The attempt with an identifier on a carrier.
    func find(_ id: UInt16, _ carrier: Carrier) -> Attempt? {
        let position = positions[Int(id)]
        guard position != 0 else { return nil }
        let attempt = attempts[Int(position) - 1]
        return attempt.carrier === carrier ? attempt : nil
    }

    /// The attempt at a position, if it is still the same use of it.
    func find(position: Int, serial: UInt64) -> Attempt? {
        guard position < attempts.count, attempts[position].serial == serial else { return nil }
        return attempts[position]
    }

    /// Frees an attempt; returns its timer.
    mutating func end(_ attempt: Attempt) -> TimerKey? {
        positions[Int(attempt.id)] = 0
        let next = attempt.next
        if let previous = attempt.previous {
            previous.next = next
        } else {
            attempt.carrier?.firstAttempt = next
        }
        next?.previous = attempt.previous
        attempt.carrier?.attemptCount -= 1
        attempt.next = nil
        attempt.previous = nil
        attempt.exchange = nil
        attempt.carrier = nil
        attempt.serial = 0
        free.append(attempt.index)
        let timer = attempt.timer
        attempt.timer = nil
        return timer
    }

    /// Notes the timer of an attempt.
    func setTimer(_ timer: TimerKey, of attempt: Attempt) {
        attempt.timer = timer
    }
}
