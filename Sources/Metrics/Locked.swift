internal import Glibc

/// A value that one thread at a time may touch.
///
/// The lock is one of pthreads rather than a `Mutex`, because ThreadSanitizer sees it.
///
/// `@unchecked Sendable`: `value` is read and written with `lock` held only, and `lock` itself
/// never
/// changes after `init`.
@safe
final class Locked<Value>: @unchecked Sendable {
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    init(_ value: sending Value) {
        self.value = value
        // SAFETY: the lock gets memory of its own and is initialised before anybody sees it.
        unsafe lock = .allocate(capacity: 1)
        unsafe pthread_mutex_init(lock, nil)
    }

    deinit {
        // SAFETY: this is the last reference, so nobody holds the lock.
        unsafe pthread_mutex_destroy(lock)
        unsafe lock.deallocate()
    }

    /// Runs a function that has the value for itself.
    ///
    /// What it takes out of the value is released after the lock is, when it returns it.
    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        // SAFETY: the lock is initialised and outlives the call.
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return body(&value)
    }
}
