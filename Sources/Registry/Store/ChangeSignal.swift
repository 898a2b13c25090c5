import Glibc

/// The place where observers of a store wait for its next revision.
///
/// A store publishes each revision that it learns of; until then the threads in
/// ``wait(after:timeout:cancellation:)`` sleep on a condition variable.
@safe
public final class ChangeSignal: @unchecked Sendable {
    // The class is Sendable because `current` and `isClosed` are only touched while `mutex` is
    // held, and the two pointers never change.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var current: Revision
    private var isClosed = false

    /// Creates a signal of a store at a revision.
    public init(revision: Revision = 0) {
        current = revision
        // SAFETY: both objects get memory of their own, are initialised before anybody sees them,
        // and live until deinit; nobody can be waiting then, because a waiter retains the signal.
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        // Time-outs must not move with the wall clock.
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        // SAFETY: see init; this is the last reference.
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    private func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
        // SAFETY: the mutex is initialised and outlives the call.
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// The newest revision that was published.
    public var revision: Revision { locked { current } }

    /// Tells all waiting threads of a revision; an older one than known changes nothing.
    public func publish(_ revision: Revision) {
        locked {
            guard revision > current else { return }
            current = revision
            // SAFETY: the condition is initialised and outlives the call.
            unsafe pthread_cond_broadcast(condition)
        }
    }

    /// Ends all waits, now and in the future.
    public func close() {
        locked {
            isClosed = true
            // SAFETY: the condition is initialised and outlives the call.
            unsafe pthread_cond_broadcast(condition)
        }
    }

    private func wake() {
        locked {
            // SAFETY: the condition is initialised and outlives the call.
            _ = unsafe pthread_cond_broadcast(condition)
        }
    }

    /// Blocks until a revision greater than `revision` is published.
    ///
    /// - Parameters:
    ///   - revision: The revision that the caller knows already.
    ///   - timeout: The longest time to wait; nil waits for ever.
    ///   - cancellation: Ends the wait early, from any thread.
    /// - Returns: The newest revision; nil if the time was over or the wait was cancelled.
    /// - Throws: ``RegistryError/closed`` once the signal is closed.
    public func wait(
        after revision: Revision,
        timeout: Duration?,
        cancellation: WaitCancellation?
    ) throws(RegistryError) -> Revision? {
        cancellation?.onCancel { [weak self] in self?.wake() }
        var deadline = timespec()
        if let timeout { deadline = ChangeSignal.deadline(after: timeout) }
        // SAFETY: the mutex is initialised and outlives the call.
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if isClosed { throw .closed }
            if current > revision { return current }
            if cancellation?.isCancelled == true { return nil }
            // SAFETY: this thread holds the mutex; both objects are initialised.
            if timeout == nil {
                unsafe pthread_cond_wait(condition, mutex)
            } else if unsafe pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT {
                return current > revision ? current : nil
            }
        }
    }

    /// The monotonic time `timeout` from now, at most a year ahead.
    private static func deadline(after timeout: Duration) -> timespec {
        var time = timespec()
        // SAFETY: the pointer is valid for the call.
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        let wait = min(max(timeout, .zero), .seconds(31_536_000)).components
        let nanoseconds = time.tv_nsec + Int(wait.attoseconds / 1_000_000_000)
        return timespec(
            tv_sec: time.tv_sec + Int(wait.seconds) + nanoseconds / 1_000_000_000,
            tv_nsec: nanoseconds % 1_000_000_000
        )
    }
}
