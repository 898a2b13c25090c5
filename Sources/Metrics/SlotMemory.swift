internal import Glibc
internal import Synchronization

/// The memory of a block's slots, all zero at first.
///
/// It comes from the kernel in pages of its own: none is shared with another thread's data, and
/// those that nobody touches take no memory.
///
/// `@unchecked Sendable`: the pointer never changes, and what it points at is atomic.
@safe
struct SlotMemory: ~Copyable, @unchecked Sendable {
    let slots: UnsafeMutablePointer<Atomic<UInt64>>

    private static let octetCount = Limits.slotCountMax * MemoryLayout<Atomic<UInt64>>.stride

    init() {
        // SAFETY: fresh pages, whose zero octets are what atomic zeros are made of.
        let memory = unsafe mmap(
            nil,
            Self.octetCount,
            PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS,
            -1,
            0
        )
        guard let memory = unsafe memory, unsafe memory != MAP_FAILED else {
            fatalError("no memory for metrics: \(Self.octetCount) octets, error \(errno)")
        }
        // A huge page would be taken whole for the few slots that are used; where the kernel knows
        // none, it refuses, and nothing is lost.
        _ = unsafe madvise(memory, Self.octetCount, MADV_NOHUGEPAGE)
        unsafe slots = memory.bindMemory(to: Atomic<UInt64>.self, capacity: Limits.slotCountMax)
    }

    deinit {
        // SAFETY: mapped in init with this length, owned by this value alone.
        _ = unsafe munmap(slots, Self.octetCount)
    }
}
