public import Synchronization

/// Whether it is of use to ask the upstreams of a stanza now, for threads that don't ask.
///
/// When questions fail at once, because as many are under way as may be, whoever has one more
/// can say so itself: handing it to the loop's thread would cost several times as much and end
/// the same. The loop's thread closes the gate when that happens. While it is closed one question
/// passes in each ``Limits/gatePeriod``, to find out whether it still has to be; when there are
/// answers again, and room for more than a few, it is opened. So it is when nobody has asked for a
/// second: what was true then says nothing any more.
public final class UpstreamGate: Sendable {
    /// Why questions fail at once.
    public enum Refusal: UInt64, Sendable {
        /// No upstream is well, and each is asked as much as it is then.
        case allDown
        /// As many questions are under way as the settings allow.
        case tooManyConcurrent
        /// A bound of ours is reached.
        case overloaded
        /// No upstream is well, and the settings say not to try.
        case noHealthyUpstream
    }

    /// Nanoseconds of the monotonic clock until when nothing passes, times four, and the reason.
    ///
    /// It is 0 when the gate is open, and written once a period, by whoever passes.
    @usableFromInline let word = Atomic<UInt64>(0)

    /// Creates an open gate.
    public init() {}

    /// Why a question would fail at once; on any thread.
    ///
    /// - Parameter now: Nanoseconds of the monotonic clock.
    /// - Returns: Nil if it has to be asked to know.
    @inlinable
    public func refusal(at now: UInt64) -> Refusal? {
        // Nothing else is read on the strength of it.
        let word = word.load(ordering: .relaxed)
        guard word != 0 else { return nil }
        if now >= word >> 2, passes(word, now) { return nil }
        return Refusal(rawValue: word & 3)
    }

    /// Takes the right to pass, which one thread gets; the others wait for the next period.
    @usableFromInline
    func passes(_ word: UInt64, _ now: UInt64) -> Bool {
        let isOld = now - (word >> 2) > Limits.gateMemory.nanoseconds
        let next = isOld ? 0 : Self.closed(Refusal(rawValue: word & 3) ?? .overloaded, now)
        return self.word.compareExchange(expected: word, desired: next, ordering: .relaxed)
            .exchanged
    }

    private static func closed(_ refusal: Refusal, _ now: UInt64) -> UInt64 {
        (now + Limits.gatePeriod.nanoseconds) << 2 | refusal.rawValue
    }

    /// Whether it is closed; on the loop's thread.
    var isClosed: Bool { word.load(ordering: .relaxed) != 0 }

    /// Closes it; on the loop's thread.
    func close(_ refusal: Refusal, at now: UInt64) {
        word.store(Self.closed(refusal, now), ordering: .relaxed)
    }

    /// Opens it; on the loop's thread.
    public func open() {
        word.store(0, ordering: .relaxed)
    }
}
