internal import CLinuxNet
internal import Glibc

/// What a loop's thread owns: time, timers and descriptors.
///
/// Only that thread touches it.
final class LoopCore {
    /// How other threads reach the loop.
    let mailbox: Mailbox
    /// The time at which this turn began, in nanoseconds of the clock.
    private(set) var time: UInt64
    /// The number of this turn.
    private(set) var turnNumber: UInt64 = 0
    private let clock: LoopClock
    private let poll: Poll
    @safe @exclusivity(unchecked) private var wheel: TimerWheel<TimerAction>
    /// The work of timers, by number.
    private var work: [(() -> Void)?] = []
    private var freeWork: [Int32] = []

    init(_ clock: LoopClock) throws(UpstreamFailure) {
        self.clock = clock
        time = clock.now()
        wheel = TimerWheel(now: time)
        poll = try Poll()
        let event = cln_event_open()
        guard event >= 0 else { throw .system("eventfd", errno) }
        mailbox = Mailbox(descriptor: event)
        try poll.watch(event, tag: 0)
    }

    /// Sets a timer.
    func setTimer(at time: UInt64, _ action: TimerAction) -> TimerKey {
        wheel.schedule(at: time, action)
    }

    /// Cancels a timer; nothing happens if it has gone off.
    func cancelTimer(_ key: TimerKey) {
        if case .work(let number) = wheel.cancel(key) { _ = takeWork(number) }
    }

    /// Has `work` done after a while.
    @discardableResult
    func schedule(after delay: Duration, _ work: @escaping () -> Void) -> TimerKey {
        let number = freeWork.popLast() ?? Int32(self.work.count)
        if Int(number) == self.work.count { self.work.append(nil) }
        self.work[Int(number)] = work
        return setTimer(at: time + delay.nanoseconds, .work(number))
    }

    private func takeWork(_ number: Int32) -> (() -> Void)? {
        freeWork.append(number)
        return self.work[Int(number)].take()
    }

    /// Has a descriptor watched for being readable.
    func watch(_ descriptor: Int32, _ handler: DatagramSocket) throws(UpstreamFailure) -> Int {
        try poll.add(descriptor, handler)
    }

    /// Ends the watch of a descriptor.
    func unwatch(_ descriptor: Int32, tag: Int) {
        poll.remove(descriptor, tag: tag)
    }

    /// Waits for something to do, and reads the sockets that have something.
    func waitAndRead(atMost limit: Duration?) {
        turnNumber += 1
        let milliseconds = mailbox.prepareToSleep() ? waitMilliseconds(limit) : 0
        let count = poll.wait(milliseconds)
        mailbox.didWake()
        time = max(time, clock.now())
        for position in 0..<count {
            if let handler = poll.handler(position) { handler.ready() } else { mailbox.clear() }
        }
    }

    /// Does what is due; `table` has the attempts.
    func runTimers(_ table: ExchangeTable) {
        while let action = wheel.popDue(now: time) {
            switch action {
            case .work(let number): takeWork(number)?()
            case .attempt(let attempt): table.timedOut(attempt)
            }
        }
    }

    private func waitMilliseconds(_ limit: Duration?) -> Int32 {
        var wait = limit?.nanoseconds ?? .max
        if let next = wheel.nextTime { wait = min(wait, next > time ? next - time : 0) }
        guard wait < 1 << 40 else { return -1 }
        return Int32((wait + 999_999) / 1_000_000)
    }
}

/// What happens when a timer goes off: plain numbers, so that setting one counts no references.
enum TimerAction {
    case work(Int32)
    case attempt(Attempt)
}
