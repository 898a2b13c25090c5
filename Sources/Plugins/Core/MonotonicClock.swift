internal import Glibc

/// The clock of the packet path.
public enum MonotonicClock {
    /// Nanoseconds since some time in the past; never goes back.
    public static var nanoseconds: UInt64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000
            &+ UInt64(truncatingIfNeeded: time.tv_nsec)
    }
}
