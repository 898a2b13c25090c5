/// A pending timer.
struct TimerKey {
    fileprivate let node: Int32
    fileprivate let generation: UInt32
}

/// Timers to the millisecond: setting and cancelling one costs the same however many there are.
///
/// Time is a ring of slots, one for each millisecond; a slot holds the timers due in it, in this
/// round of the ring or in a later one.
@safe
struct TimerWheel<Payload>: ~Copyable {
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
    private static var wordCount: Int { slotCount / 64 }

    // SAFETY, for all uses: there is a head for each slot, and a bit in a word; nodes below
    // `usedCount` are initialized, and every number of a node that is kept anywhere is below that.
    private let heads: UnsafeMutablePointer<Int32>
    private let occupied: UnsafeMutablePointer<UInt64>
    private var nodes: UnsafeMutablePointer<Node>
    private var capacity = 64
    private var usedCount = 0
    /// A node that isn't used, which leads to the others; -1 if there is none.
    private var firstFree: Int32 = -1
    /// The tick that is being emptied; those before it are.
    private var cursor: UInt64

    /// Timers that are set.
    private(set) var count = 0

    init(now: UInt64) {
        cursor = now / Self.tick
        unsafe heads = .allocate(capacity: Self.slotCount)
        unsafe heads.initialize(repeating: -1, count: Self.slotCount)
        unsafe occupied = .allocate(capacity: Self.wordCount)
        unsafe occupied.initialize(repeating: 0, count: Self.wordCount)
        unsafe nodes = .allocate(capacity: capacity)
    }

    deinit {
        unsafe nodes.deinitialize(count: usedCount)
        unsafe nodes.deallocate()
        unsafe heads.deallocate()
        unsafe occupied.deallocate()
    }

    /// Sets a timer; it is never due early, and up to a millisecond late.
    mutating func schedule(at time: UInt64, _ payload: Payload) -> TimerKey {
        let due = max(time / Self.tick + 1, cursor)
        let index = takeNode()
        let slot = Int(due % UInt64(Self.slotCount))
        let head = unsafe heads[slot]
        let node = unsafe nodes + Int(index)
        unsafe node.pointee.due = due
        unsafe node.pointee.payload = payload
        unsafe node.pointee.previous = -1
        unsafe node.pointee.next = head
        if head >= 0 { unsafe nodes[Int(head)].previous = index }
        unsafe heads[slot] = index
        unsafe occupied[slot / 64] |= 1 << UInt64(slot % 64)
        count += 1
        return unsafe TimerKey(node: index, generation: node.pointee.generation)
    }

    private mutating func takeNode() -> Int32 {
        guard firstFree < 0 else {
            let index = firstFree
            firstFree = unsafe nodes[Int(index)].next
            return index
        }
        if usedCount == capacity {
            let larger = UnsafeMutablePointer<Node>.allocate(capacity: 2 * capacity)
            unsafe larger.moveInitialize(from: nodes, count: usedCount)
            unsafe nodes.deallocate()
            unsafe nodes = larger
            capacity *= 2
        }
        unsafe (nodes + usedCount).initialize(to: Node())
        usedCount += 1
        return Int32(usedCount - 1)
    }

    /// Cancels a timer, and returns its payload; nil if it has gone off.
    @discardableResult
    mutating func cancel(_ key: TimerKey) -> Payload? {
        guard unsafe nodes[Int(key.node)].generation == key.generation else { return nil }
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
            var index = unsafe heads[Int(cursor % UInt64(Self.slotCount))]
            while index >= 0 {
                if unsafe nodes[Int(index)].due <= last { return remove(index) }
                index = unsafe nodes[Int(index)].next
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
        let words = Self.wordCount
        for step in 0...words {
            let word = (start / 64 + step) % words
            var bits = unsafe occupied[word]
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
        let node = unsafe nodes + Int(index)
        let (next, previous) = unsafe (node.pointee.next, node.pointee.previous)
        let slot = unsafe Int(node.pointee.due % UInt64(Self.slotCount))
        if previous >= 0 {
            unsafe nodes[Int(previous)].next = next
        } else {
            unsafe heads[slot] = next
        }
        if next >= 0 { unsafe nodes[Int(next)].previous = previous }
        if unsafe heads[slot] < 0 { unsafe occupied[slot / 64] &= ~(1 << UInt64(slot % 64)) }
        unsafe node.pointee.generation &+= 1
        unsafe node.pointee.next = firstFree
        firstFree = index
        count -= 1
        return unsafe node.pointee.payload.take()
    }
}
