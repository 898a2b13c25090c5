/// The place of a counter in every block: a number that may be copied and kept anywhere.
@frozen
public struct Counter: Equatable, Sendable {
    @usableFromInline let slot: UInt32

    @inlinable
    init(slot: UInt32) {
        self.slot = slot
    }
}

/// The places of counters that differ in their labels and are chosen by an index.
///
/// The packet path indexes with what it has at hand: a type's row, a response code, a plugin's
/// number.
@frozen
public struct CounterRange: Equatable, Sendable {
    @usableFromInline let slot: UInt32
    @usableFromInline let last: UInt32

    init(slot: UInt32, count: Int) {
        self.slot = slot
        last = UInt32(max(count, 1) - 1)
    }

    /// The counter of the label set with this index.
    ///
    /// An index outside of the range gives the last one: let that be the one for everything else.
    @inlinable
    public subscript(index: Int) -> Counter {
        // A negative index becomes a large one.
        let row = UInt32(truncatingIfNeeded: min(UInt(bitPattern: index), UInt(last)))
        return Counter(slot: slot &+ row)
    }
}
