internal import Glibc

/// What the observations of a histogram are whole numbers of.
///
/// Whole numbers make sums exact, and adding to them the same as counting.
public enum HistogramUnit: Sendable {
    /// Observed in nanoseconds; bounds and sum are written in seconds.
    case seconds
    /// Observed, bounded and written in octets, or whatever else is counted one by one.
    case octets
}

/// The place of a histogram in every block, and its bounds.
///
/// Its slots are a bucket for each bound, one for what is above all, and the sum.
///
/// `@unchecked Sendable`: the bounds are never written again, and never freed, see `BoundTable`.
@frozen
@safe
public struct Histogram: @unchecked Sendable {
    @usableFromInline let slot: UInt32
    @usableFromInline let boundCount: UInt32
    @usableFromInline let bounds: UnsafePointer<UInt64>

    init(slot: UInt32, bounds: BoundTable.Entry) {
        self.slot = slot
        boundCount = UInt32(bounds.count)
        unsafe self.bounds = unsafe bounds.pointer
    }

    /// The bucket of an observation: that of the least bound which isn't below it.
    @inlinable
    func bucket(of value: UInt64) -> Counter {
        var index: UInt32 = 0
        // SAFETY: the table has `boundCount` values and lives as long as the process.
        while index < boundCount, unsafe value > bounds[Int(index)] { index &+= 1 }
        return Counter(slot: slot &+ index)
    }

    @inlinable var sum: Counter { Counter(slot: slot &+ boundCount &+ 1) }

    /// The slots that a histogram with so many bounds takes.
    static func slotCount(boundCount: Int) -> Int { boundCount + 2 }

    /// Converts seconds to nanoseconds; what is negative, or no number, counts as none.
    @usableFromInline
    static func nanoseconds(_ seconds: Double) -> UInt64 {
        guard seconds > 0 else { return 0 }
        return UInt64(min(seconds * 1e9, Limits.observationNanosecondsMax).rounded())
    }
}
