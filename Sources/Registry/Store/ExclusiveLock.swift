import Glibc

/// A lock for state that closures of the caller see while it is held.
///
/// `Mutex` cannot be used there: it would ask the callers' results to be Sendable.
@safe
final class ExclusiveLock: @unchecked Sendable {
    // Sendable because the pointer never changes and the mutex is made for threads.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    init() {
        // SAFETY: the mutex gets memory of its own and is initialised before anybody sees it.
        unsafe mutex = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
    }

    deinit {
        // SAFETY: this is the last reference, so nobody holds the mutex.
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Runs `body` while no other thread is inside.
    func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
        // SAFETY: the mutex is initialised and outlives the call.
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body()
    }
}
