internal import Glibc
internal import Synchronization

extension EntryRef {
    /// Makes an entry of a scanned reply; nil if there is no memory.
    ///
    /// The TTL field of each stored record holds where the next one is, as all of them are written
    /// anew when the reply is served (see ``TimeToLiveLink``). So no list of them is needed.
    static func make(
        _ scan: ReplyScan,
        key: CacheKey,
        hash: UInt64,
        kept: Stored,
        leastTimeToLive: UInt32,
        now: UInt64
    ) -> EntryRef? {
        let octetCount = scan.storedOctetCount
        let size = MemoryLayout<Entry>.stride + key.nameOctetCount + octetCount
        guard let memory = unsafe malloc(size) else { return nil }
        let pointer = unsafe memory.bindMemory(to: Entry.self, capacity: 1)
        let flags = scan.flags & 0xBF | (scan.flags & 0x0400 != 0 ? 0x40 : 0)
        // SAFETY: the memory is the entry's own, and large enough for head, name and octets.
        unsafe pointer.initialize(
            to: Entry(
                hash: hash,
                facets: key.facets,
                stored: now,
                expiry: now &+ UInt64(kept.lifetime) * CacheLimits.second,
                lifetime: kept.lifetime,
                leastTimeToLive: leastTimeToLive,
                counts: (scan.count(0), scan.count(1), scan.count(2)),
                octetCount: UInt16(truncatingIfNeeded: octetCount),
                firstTimeToLive: scan.timeToLiveOffset(0),
                nameOctetCount: UInt8(truncatingIfNeeded: key.nameOctetCount),
                flags: UInt8(truncatingIfNeeded: flags),
                replyClass: kept.replyClass,
                visited: Atomic(false),
                hits: Atomic(0),
                lastHit: Atomic(0),
                renewedUntil: Atomic(0)
            )
        )
        let entry = unsafe EntryRef(pointer)
        unsafe entry.name.copyMemory(from: key.name, byteCount: key.nameOctetCount)
        unsafe scan.copyStored(to: entry.octets)
        for index in scan.records.indices {
            // SAFETY: the TTL field's four octets are in a stored record.
            unsafe entry.octets.storeBytes(
                of: scan.link(index).bits,
                toByteOffset: Int(scan.timeToLiveOffset(index)),
                as: UInt32.self
            )
        }
        return entry
    }
}

extension ReplyScan {
    fileprivate func count(_ section: UInt8) -> UInt16 {
        UInt16(truncatingIfNeeded: records.count { $0.section == section })
    }

    /// Where the TTL of a record is in the stored octets; 0 if there is no such record.
    fileprivate func timeToLiveOffset(_ index: Int) -> UInt16 {
        guard index < records.count else { return 0 }
        let offset = relocated(records[index].timeToLive) - questionEnd
        return UInt16(truncatingIfNeeded: offset)
    }

    fileprivate func link(_ index: Int) -> TimeToLiveLink {
        TimeToLiveLink(
            next: timeToLiveOffset(index + 1),
            section: records[index].section,
            startsSet: index == 0 || !isSameSet(records[index - 1], records[index])
        )
    }
}

/// What a stored record has in place of its TTL.
struct TimeToLiveLink {
    let bits: UInt32

    @inline(__always)
    init(bits: UInt32) { self.bits = bits }

    init(next: UInt16, section: UInt8, startsSet: Bool) {
        bits = UInt32(next) | UInt32(section) << 16 | (startsSet ? 1 << 18 : 0)
    }

    /// Where the next record's TTL is in the stored octets; 0 if there is none.
    @inline(__always)
    var next: Int { Int(bits & 0xFFFF) }
    /// The record's section: 0 answer, 1 authority, 2 additional.
    var section: UInt8 { UInt8(truncatingIfNeeded: bits >> 16 & 3) }
    /// Whether the record before it belongs to another set.
    var startsSet: Bool { bits & 1 << 18 != 0 }
}
