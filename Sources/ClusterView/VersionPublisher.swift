internal import Synchronization

/// Where the one writer and the many readers of something immutable meet.
///
/// A reader keeps its own reference to a version, and asks once per batch whether the generation
/// has moved: one atomic load. Only then it takes the lock to fetch the new version.
public final class VersionPublisher<Version: AnyObject & Sendable>: Sendable {
    private let version: Mutex<Version>
    private let counter = Atomic<UInt64>(1)

    /// Starts with a first version.
    public init(_ version: Version) {
        self.version = Mutex(version)
    }

    /// The number of versions published so far; changes exactly when there is a newer version.
    public var generation: UInt64 { counter.load(ordering: .acquiring) }

    /// The newest version.
    public var current: Version { version.withLock { $0 } }

    /// Makes a version the newest.
    public func publish(_ next: Version) {
        version.withLock { $0 = next }
        // After the version, so that who sees the new number finds the new version.
        counter.add(1, ordering: .releasing)
    }
}

/// Where a view's writer and its readers meet.
public typealias ViewPublisher = VersionPublisher<ClusterSnapshot>
