/// A pending timer.
struct TimerKey {
    fileprivate let node: Int32
    fileprivate let generation: UInt32
}

/// Timers to the millisecond: setting and cancelling one costs the same however many there are.
///
/// Time is a ring of slots, one for each millisecond; a slot holds the timers due in it, in this
/// round of the ring or in a later one.
struct TimerWheel<Payload> {
    private struct Node {
        var due: UInt64 = 0
        var next: Int32 = -1
        var previous: Int32 = -1
        var generation: UInt32 = 0
        var payload: Payload?
    }

    /// Nanoseconds of a tick.
    static var tick: UInt64 { 1_000_000 }
    private static var slotCount: Int { 8_192 }

    private var heads = [Int32](repeating: -1, count: slotCount)
    private var occupied = [UInt64](repeating: 0, count: slotCount / 64)
    private var nodes: [Node] = []
    private var free: [Int32] = []
    /// The tick that is being emptied; those before it are.
    private var cursor: UInt64

    /// Timers that are set.
    private(set) var count = 0

    init(now: UInt64) {
        cursor = now / Self.tick
    }

    /// Sets a timer; it is never due early, and up to a millisecond late.
    mutating func schedule(at time: UInt64, _ payload: Payload) -> TimerKey {
        let due = max(time / Self.tick + 1, cursor)
        let index = free.popLast() ?? Int32(nodes.count)
        if Int(index) == nodes.count { nodes.append(Node()) }
        let slot = Int(due % UInt64(Self.slotCount))
        let head = heads[slot]
        nodes[Int(index)].due = due
        nodes[Int(index)].payload = payload
        nodes[Int(index)].previous = -1
        nodes[Int(index)].next = head
        if head >= 0 { nodes[Int(head)].previous = index }
        heads[slot] = index
        occupied[slot / 64] |= 1 << UInt64(slot % 64)
        count += 1
        return TimerKey(node: index, generation: nodes[Int(index)].generation)
    }

    /// Cancels a timer, and returns its payload; nil if it has gone off.
    @discardableResult
    mutating func cancel(_ key: TimerKey) -> Payload? {
        guard nodes[Int(key.node)].generation == key.generation else { return nil }
        return remove(key.node)
    }

    /// Takes out a timer that is due; nil once there is none.
    mutating func popDue(now: UInt64) -> Payload? {
        let last = now / Self.tick
        guard count > 0 else {
            cursor = max(cursor, last)
            return nil
        }
        // After a long pause each slot is looked at once.
        if last > cursor, last - cursor >= UInt64(Self.slotCount) {
            cursor = last - UInt64(Self.slotCount) + 1
        }
        while cursor <= last {
            var index = heads[Int(cursor % UInt64(Self.slotCount))]
            while index >= 0 {
                if nodes[Int(index)].due <= last { return remove(index) }
                index = nodes[Int(index)].next
            }
            guard cursor < last else { return nil }
            cursor += 1
        }
        return nil
    }

    /// When to look again: the first time at which a timer can be due; nil without timers.
    var nextTime: UInt64? {
        guard count > 0 else { return nil }
        let start = Int(cursor % UInt64(Self.slotCount))
        let words = occupied.count
        for step in 0...words {
            let word = (start / 64 + step) % words
            var bits = occupied[word]
            if step == 0 { bits &= ~0 << UInt64(start % 64) }
            if step == words { bits &= ~(~0 << UInt64(start % 64)) }
            guard bits != 0 else { continue }
            let slot = word * 64 + bits.trailingZeroBitCount
            let distance = (slot - start + Self.slotCount) % Self.slotCount
            return (cursor + UInt64(distance)) * Self.tick
        }
        return nil
    }

    private mutating func remove(_ index: Int32) -> Payload? {
        let node = nodes[Int(index)]
        let slot = Int(node.due % UInt64(Self.slotCount))
        if node.previous >= 0 {
            nodes[Int(node.previous)].next = node.next
        } else {
            heads[slot] = node.next
        }
        if node.next >= 0 { nodes[Int(node.next)].previous = node.previous }
        if heads[slot] < 0 { occupied[slot / 64] &= ~(1 << UInt64(slot % 64)) }
        nodes[Int(index)].payload = nil
        nodes[Int(index)].generation &+= 1
        free.append(index)
        count -= 1
        return node.payload
    }
}
