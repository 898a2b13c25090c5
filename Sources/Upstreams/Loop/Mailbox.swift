internal import CLinuxNet
internal import Glibc
internal import Synchronization

/// Work that other threads hand to the loop's thread.
///
/// A sleeping loop is woken once for a burst. Either the loop sees the work when it looks before
/// it sleeps, or the poster sees that the loop sleeps: both happen under the same lock's order.
final class Mailbox: Sendable {
    /// Readable when the loop was woken.
    let descriptor: Int32
    private let queue = Mutex<[@Sendable () -> Void]>([])
    private let isSleeping = Atomic<Bool>(false)
    private let thread = Atomic<UInt>(0)

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Leaves work; false, and nothing is left, if `capacity` pieces wait already.
    func post(_ work: @escaping @Sendable () -> Void, capacity: Int) -> Bool {
        let isAccepted = queue.withLock { queue in
            guard queue.count < capacity else { return false }
            queue.append(work)
            return true
        }
        if isAccepted, isSleeping.exchange(false, ordering: .sequentiallyConsistent) { wake() }
        return isAccepted
    }

    /// Says that the loop is about to sleep; false if there is work, so that it must not.
    func prepareToSleep() -> Bool {
        isSleeping.store(true, ordering: .sequentiallyConsistent)
        guard queue.withLock({ $0.isEmpty }) else {
            didWake()
            return false
        }
        return true
    }

    /// Says that the loop is awake.
    func didWake() {
        isSleeping.store(false, ordering: .sequentiallyConsistent)
    }

    /// Swaps the work that waits against an empty array.
    func take(into spare: inout [@Sendable () -> Void]) {
        queue.withLock { swap(&$0, &spare) }
    }

    /// Wakes the loop.
    func wake() {
        var one: UInt64 = 1
        // SAFETY: eight octets are what an eventfd takes. A full counter is readable anyway.
        _ = unsafe write(descriptor, &one, 8)
    }

    /// Makes the descriptor unreadable again.
    func clear() {
        var count: UInt64 = 0
        // SAFETY: eight octets are what an eventfd gives; it doesn't block.
        _ = unsafe read(descriptor, &count, 8)
    }

    /// Whether this is the loop's thread.
    var isOwner: Bool {
        thread.load(ordering: .relaxed) == UInt(pthread_self())
    }

    /// Stops the process if this is not the loop's thread; a loop without one takes this thread.
    func assertOwner() {
        guard !isOwner else { return }
        let (isTaken, _) = thread.compareExchange(
            expected: 0,
            desired: UInt(pthread_self()),
            ordering: .relaxed
        )
        precondition(isTaken, "an upstream loop was used on another thread than its own")
    }
}
