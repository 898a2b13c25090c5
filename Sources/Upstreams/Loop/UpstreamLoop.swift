internal import Synchronization

// Sendable: `mailbox` and `isStopping` are; every other property is touched only on the loop's
// thread, which `assertCurrent` checks in each method that another module can call. `table` is a
// constant that other threads only pass on.

/// The loop that waits: one thread that owns sockets, timers and all questions under way.
///
/// Other threads reach it by ``post(_:)`` alone. What it owns is used without locks, and only on
/// its thread, which every entry point checks.
public final class UpstreamLoop: @unchecked Sendable {
    /// How other threads reach the loop.
    let mailbox: Mailbox
    private let isStopping = Atomic<Bool>(false)
    private let core: LoopCore
    private var turnEnds: [() -> Void] = []
    private var work: [@Sendable () -> Void] = []
    private var isInTurn = false
    /// The questions under way.
    let table: ExchangeTable

    /// Opens a loop; the thread that first calls ``run()`` or ``turn(waitingAtMost:)`` is its own.
    ///
    /// - Parameters:
    ///   - clock: Tells the time.
    ///   - random: Gives identifiers, source ports among those open, and choices.
    /// - Throws: ``UpstreamFailure`` if the system has no descriptors left.
    public init(
        clock: LoopClock = .monotonic,
        random: UpstreamRandom = .system
    ) throws(UpstreamFailure) {
        core = try LoopCore(clock)
        mailbox = core.mailbox
        table = ExchangeTable(core, random)
    }

    /// Runs turns until ``stop()``.
    public func run() {
        while !isStopping.load(ordering: .acquiring) { turn(waitingAtMost: nil) }
    }

    /// Makes ``run()`` return after its turn; callable from any thread.
    public func stop() {
        isStopping.store(true, ordering: .releasing)
        mailbox.wake()
    }

    /// Hands work to the loop's thread; callable from any thread.
    ///
    /// - Returns: False, and the work is not done, if too much waits already.
    @discardableResult
    public func post(_ work: @escaping @Sendable () -> Void) -> Bool {
        mailbox.post(work, capacity: Limits.mailboxCountMax)
    }

    /// Hands over work that must not get lost; its callers have bounds of their own.
    func postAlways(_ work: @escaping @Sendable () -> Void) {
        _ = mailbox.post(work, capacity: .max)
    }

    /// Whether this is the loop's thread.
    public var isCurrent: Bool { mailbox.isOwner }

    /// Stops the process if this is not the loop's thread; a loop without one takes this thread.
    func assertCurrent() {
        mailbox.assertOwner()
    }

    /// The time at which this turn began, in nanoseconds of the loop's clock.
    public var now: UInt64 {
        assertCurrent()
        return core.time
    }

    /// Queries on their way to upstreams, of all groups.
    public var attemptCount: Int {
        assertCurrent()
        return table.attemptCount
    }

    /// Has `body` called at the end of each turn, to send what the turn has gathered.
    public func onTurnEnd(_ body: @escaping () -> Void) {
        assertCurrent()
        turnEnds.append(body)
    }

    /// Has `work` done on the loop's thread after a while.
    @discardableResult
    public func schedule(after delay: Duration, _ work: @escaping () -> Void) -> LoopTimer {
        assertCurrent()
        return LoopTimer(key: core.schedule(after: delay, work))
    }

    /// Cancels a timer; nothing happens if it has gone off.
    public func cancel(_ timer: LoopTimer) {
        assertCurrent()
        core.cancelTimer(timer.key)
    }

    /// Runs one turn: waits for sockets, timers or work, does what there is, and sends.
    ///
    /// - Parameter limit: The longest wait; nil waits as long as nothing happens.
    public func turn(waitingAtMost limit: Duration?) {
        assertCurrent()
        precondition(!isInTurn, "a turn of an upstream loop was begun within another")
        isInTurn = true
        core.waitAndRead(atMost: limit)
        mailbox.take(into: &work)
        for position in work.indices {
            let piece = work[position]
            piece()
        }
        work.removeAll(keepingCapacity: true)
        core.runTimers(table)
        repeat {
            table.flush()
            for body in turnEnds { body() }
        } while table.isDirty
        isInTurn = false
    }
}

/// A timer of ``UpstreamLoop/schedule(after:_:)``.
public struct LoopTimer {
    let key: TimerKey
}
