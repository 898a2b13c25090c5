import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Upstreams

@Suite struct `A wheel of timers` {
    @Test(arguments: 1...20)
    func `gives back each timer when it is due, and no cancelled one`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var now = UInt64.random(in: 0...(1 << 50), using: &random)
        var wheel = TimerWheel<Int>(now: now)
        var pending: [Int: (due: UInt64, key: TimerKey)] = [:]
        for number in 0..<2_000 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0..<3:
                let due = now + UInt64.random(in: 0...20_000_000_000, using: &random)
                pending[number] = (due, wheel.schedule(at: due, number))
            case 3:
                guard let victim = pending.keys.min() else { continue }
                if let (_, key) = pending.removeValue(forKey: victim) {
                    wheel.cancel(key)
                    wheel.cancel(key)
                }
            default:
                now += UInt64.random(in: 0...1_500_000_000, using: &random)
                while let fired = wheel.popDue(now: now) {
                    let timer = pending.removeValue(forKey: fired)
                    #expect(timer.map { $0.due <= now } == true)
                }
                // To the millisecond: nothing is left that was due two ago.
                #expect(pending.values.allSatisfy { $0.due + 2_000_000 > now })
                if let next = wheel.nextTime, let first = pending.values.map(\.due).min() {
                    #expect(next <= first + 1_000_000)
                }
            }
            #expect(wheel.count == pending.count)
        }
    }

    @Test func `has no next time when it is empty`() {
        var wheel = TimerWheel<Int>(now: 5)
        #expect(wheel.nextTime == nil && wheel.popDue(now: 1 << 60) == nil)
    }
}

@Suite struct `A loop` {
    @Test func `does the work that other threads leave, once and in order`() throws {
        let loop = try UpstreamLoop()
        let done = Mutex<[[Int]]>(Array(repeating: [], count: 4))
        let thread = Thread { loop.run() }
        let posters = (0..<4).map { poster in
            Thread {
                for number in 0..<2_000 {
                    loop.post { done.withLock { $0[poster].append(number) } }
                }
            }
        }
        for poster in posters { poster.join() }
        let last = Mutex(false)
        loop.post {
            last.withLock { $0 = true }
            loop.stop()
        }
        thread.join()
        #expect(last.withLock { $0 })
        #expect(done.withLock { $0 } == Array(repeating: Array(0..<2_000), count: 4))
    }

    @Test func `refuses work beyond its bound`() throws {
        let loop = try UpstreamLoop()
        let count = Mutex(0)
        var refused = 0
        for _ in 0..<(Limits.mailboxCountMax + 10)
        where !loop.post({ count.withLock { $0 += 1 } }) {
            refused += 1
        }
        #expect(refused == 10)
        loop.turn(waitingAtMost: .zero)
        #expect(count.withLock { $0 } == Limits.mailboxCountMax)
        let isAccepted = loop.post {}
        #expect(isAccepted)
    }

    @Test func `runs timers in the order of their time, and the ends of turns after them`() throws {
        let clock = TestClock()
        let loop = try UpstreamLoop(clock: clock.loopClock)
        var log: [String] = []
        loop.onTurnEnd { log.append("end") }
        loop.schedule(after: .milliseconds(20)) { log.append("late") }
        loop.schedule(after: .milliseconds(10)) { log.append("early") }
        let cancelled = loop.schedule(after: .milliseconds(5)) { log.append("cancelled") }
        loop.cancel(cancelled)
        loop.turn(waitingAtMost: .zero)
        #expect(log == ["end"])
        clock.advance(.milliseconds(30))
        loop.turn(waitingAtMost: .zero)
        #expect(log == ["end", "early", "late", "end"])
    }
}

/// A thread that runs a closure.
private final class Thread: Sendable {
    private let thread: pthread_t

    init(_ run: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let body = unsafe Unmanaged.passRetained(Body(run))
        unsafe pthread_create(
            &thread,
            nil,
            { context in
                unsafe Unmanaged<Body>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            },
            body.toOpaque()
        )
        self.thread = thread
    }

    func join() { _ = pthread_join(thread, nil) }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
