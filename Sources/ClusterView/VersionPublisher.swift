internal import Glibc
internal import Synchronization

/// Where the one writer and the many readers of something immutable meet.
///
/// A reader keeps its own reference to a version, and asks once per batch whether the generation
/// has moved: one atomic load. Only then it takes the lock to fetch the new version.
///
/// The lock is one of pthreads rather than a `Mutex`, because ThreadSanitizer sees it: the stress
/// test runs without a suppression.
///
/// `@unchecked Sendable`: `version` is read and written with `lock` held only, and `lock` itself
/// never changes after `init`.
@safe
public final class VersionPublisher<Version: AnyObject & Sendable>: @unchecked Sendable {
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private var version: Version
    private let counter = Atomic<UInt64>(1)

    /// Starts with a first version.
    public init(_ version: Version) {
        self.version = version
        // SAFETY: the lock gets memory of its own and is initialised before anybody sees it.
        unsafe lock = .allocate(capacity: 1)
        unsafe pthread_mutex_init(lock, nil)
    }

    deinit {
        // SAFETY: this is the last reference, so nobody holds the lock.
        unsafe pthread_mutex_destroy(lock)
        unsafe lock.deallocate()
    }

    /// The number of versions published so far; changes exactly when there is a newer version.
    public var generation: UInt64 { counter.load(ordering: .acquiring) }

    /// The newest version.
    public var current: Version {
        withLock { version }
    }

    /// Makes a version the newest.
    public func publish(_ next: Version) {
        // The old version is freed, if nobody else holds it, after the lock is.
        let old = withLock {
            let old = version
            version = next
            return old
        }
        // After the version, so that who sees the new number finds the new version.
        counter.add(1, ordering: .releasing)
        withExtendedLifetime(old) {}
    }

    private func withLock(_ body: () -> Version) -> Version {
        // SAFETY: the lock is initialised and outlives the call.
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return body()
    }
}

/// Where a view's writer and its readers meet.
public typealias ViewPublisher = VersionPublisher<ClusterSnapshot>
