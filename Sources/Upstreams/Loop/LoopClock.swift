internal import Glibc

/// A source of time that never goes back: nanoseconds since some moment.
public struct LoopClock: Sendable {
    /// Reads the time.
    public let now: @Sendable () -> UInt64

    /// Creates a clock; tests move theirs by hand.
    public init(now: @escaping @Sendable () -> UInt64) {
        self.now = now
    }

    /// The system's monotonic clock.
    public static let monotonic = LoopClock {
        var time = timespec()
        // SAFETY: the call fills the structure that it is given.
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

extension Duration {
    /// The whole nanoseconds, none if negative, at most what fits.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < 1 << 33 else { return 1 << 62 }
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}
