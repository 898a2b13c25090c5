internal import DNSWire
internal import Glibc
internal import Synchronization

/// The head of a cached reply; the key's name and the reply's octets follow it in memory.
///
/// Three kinds of fields. What readers look at never changes once the entry is in the table. The
/// atomic ones are written by readers, seldom. The writer's own are for who holds the lock.
struct Entry: ~Copyable {
    /// The key's hash.
    let hash: UInt64
    /// The key, without the name (see ``CacheKey/facets``).
    let facets: UInt64
    /// When the reply was stored: nanoseconds of the monotonic clock.
    let stored: UInt64
    /// When it expires.
    let expiry: UInt64
    /// The seconds that it was kept for.
    let lifetime: UInt32
    /// The least TTL that the reply came with.
    let leastTimeToLive: UInt32
    /// Records of the three sections.
    let counts: (answer: UInt16, authority: UInt16, additional: UInt16)
    /// Octets of the reply after the question, OPT left out.
    let octetCount: UInt16
    /// Offset in those octets of the first TTL field; 0 if there is no record.
    let firstTimeToLive: UInt16
    /// Octets of the key's name.
    let nameOctetCount: UInt8
    /// The reply's flags: the low octet of the header's flags word, and AA in bit 6.
    let flags: UInt8
    /// What the reply says.
    let replyClass: ReplyClass

    /// Whether it was asked for since eviction last passed by.
    let visited: Atomic<Bool>
    /// Hits counted for prefetch.
    let hits: Atomic<UInt32>
    /// The second of the last hit counted.
    let lastHit: Atomic<UInt32>
    /// Until when somebody renews the entry, so that nobody else should.
    let renewedUntil: Atomic<UInt64>

    /// Whether it is in the main queue, and not in that of newcomers.
    var isInMain = false
    /// The epoch in which it was taken out of the table.
    var retiredIn: UInt64 = 0
    /// The entry put into the queue after this one; of a retired one, the next to be freed.
    var newer: EntryRef?
    /// The entry put into the queue before this one.
    var older: EntryRef?
}

/// A pointer to an entry.
///
/// Using it is safe while the entry is: for a reader until it leaves its epoch, for the holder of
/// the writer's lock as long as the entry is in the table. All who make one stick to that.
@safe
struct EntryRef: Equatable {
    let pointer: UnsafeMutablePointer<Entry>

    @unsafe
    @inline(__always)
    init(_ pointer: UnsafeMutablePointer<Entry>) {
        unsafe self.pointer = unsafe pointer
    }

    @inline(__always)
    static func == (left: EntryRef, right: EntryRef) -> Bool {
        unsafe left.pointer == right.pointer
    }

    /// The key's name.
    @inline(__always)
    var name: UnsafeMutableRawPointer {
        // SAFETY: the head is followed by the name; both were allocated together.
        unsafe UnsafeMutableRawPointer(pointer) + MemoryLayout<Entry>.stride
    }

    /// The reply's octets after the question.
    @inline(__always)
    var octets: UnsafeMutableRawPointer {
        // SAFETY: the name is followed by the octets.
        unsafe name + Int(pointer.pointee.nameOctetCount)
    }

    /// Where the octets begin in a reply: after its header and question.
    var questionEnd: Int { unsafe 16 &+ Int(pointer.pointee.nameOctetCount) }

    /// Which store it belongs to.
    var store: CacheStore { unsafe pointer.pointee.replyClass.store }

    /// Whether it says that the server failed.
    @inline(__always)
    var isFailure: Bool { unsafe pointer.pointee.replyClass == .serverFailure }

    /// Octets of memory that it takes, what the allocator adds included.
    var memoryOctetCount: Int {
        unsafe EntryRef.memoryOctetCount(
            name: Int(pointer.pointee.nameOctetCount),
            octets: Int(pointer.pointee.octetCount)
        )
    }

    /// Octets of memory for an entry: the C library adds 8 and rounds up to 16.
    static func memoryOctetCount(name: Int, octets: Int) -> Int {
        (MemoryLayout<Entry>.stride + name + octets + 8 + 15) & ~15
    }

    /// Whether it has this key.
    @inline(__always)
    func matches(_ key: CacheKey, hash: UInt64) -> Bool {
        // SAFETY: both names have nameOctetCount octets, which is part of the facets.
        unsafe pointer.pointee.hash == hash && pointer.pointee.facets == key.facets
            && sameOctets(key.name, UnsafeRawPointer(name), count: key.nameOctetCount)
    }

    /// Notes that it was asked for; writes only if that isn't noted yet.
    @inline(__always)
    func visit() {
        guard unsafe !pointer.pointee.visited.load(ordering: .relaxed) else { return }
        unsafe pointer.pointee.visited.store(true, ordering: .relaxed)
    }

    /// Whether it was asked for since the last call.
    func takeVisit() -> Bool {
        guard unsafe pointer.pointee.visited.load(ordering: .relaxed) else { return false }
        unsafe pointer.pointee.visited.store(false, ordering: .relaxed)
        return true
    }

    /// Frees the memory.
    func free() {
        // SAFETY: no reader can have it any more, and it is in no table (see `ReaderEpochs`).
        unsafe pointer.deinitialize(count: 1)
        unsafe Glibc.free(pointer)
    }
}
