internal import Glibc

/// The lock that writers of a cache take; readers never do.
///
/// One of pthreads rather than a `Mutex`, because ThreadSanitizer sees it.
@safe
struct WriterLock: ~Copyable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    init() {
        // SAFETY: the lock gets memory of its own and is initialised before anybody sees it.
        unsafe mutex = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
    }

    deinit {
        // SAFETY: the owner is going away, so nobody holds the lock.
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    func lock() { unsafe pthread_mutex_lock(mutex) }

    func unlock() { unsafe pthread_mutex_unlock(mutex) }
}
