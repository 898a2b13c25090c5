internal import Synchronization

/// A cached reply that was found; borrowed, valid until the reader leaves its epoch.
@safe
public struct CacheHit {
    let entry: EntryRef
    let now: UInt64

    init(entry: EntryRef, now: UInt64) {
        self.entry = entry
        self.now = now
    }

    // SAFETY of all: the entry stays while the reader is in its epoch, and these never change.

    /// What the reply says.
    public var replyClass: ReplyClass { unsafe entry.pointer.pointee.replyClass }
    /// The response code.
    public var responseCode: UInt16 { unsafe UInt16(entry.pointer.pointee.flags & 0xF) }
    /// Whether who replied was responsible for the name.
    public var isAuthoritative: Bool { unsafe entry.pointer.pointee.flags & 0x40 != 0 }
    /// Whether who replied has validated the reply (AD).
    public var isAuthenticated: Bool { unsafe entry.pointer.pointee.flags & 0x20 != 0 }
    /// Whether who replied recurses (RA).
    public var recursionAvailable: Bool { unsafe entry.pointer.pointee.flags & 0x80 != 0 }
    /// The seconds that the reply was kept for.
    public var lifetime: UInt32 { unsafe entry.pointer.pointee.lifetime }
    /// The least TTL that the reply came with.
    public var leastTimeToLive: UInt32 { unsafe entry.pointer.pointee.leastTimeToLive }
    /// Records of the answer section.
    public var answerCount: Int { unsafe Int(entry.pointer.pointee.counts.answer) }
    /// Octets that the reply takes, OPT left out.
    public var octetCount: Int { unsafe entry.questionEnd + Int(entry.pointer.pointee.octetCount) }

    /// Whether the reply has expired.
    public var isStale: Bool { unsafe now >= entry.pointer.pointee.expiry }

    /// The seconds left, rounded up; 0 if the reply has expired.
    public var remaining: UInt32 {
        let expiry = unsafe entry.pointer.pointee.expiry
        guard expiry > now else { return 0 }
        let seconds = (expiry &- now &+ (CacheLimits.second &- 1)) / CacheLimits.second
        // A thread whose clock was read a little earlier must not see more than was stored.
        return UInt32(truncatingIfNeeded: min(seconds, UInt64(lifetime)))
    }

    /// The whole seconds since the reply expired; 0 if it has not.
    public var expiredSeconds: UInt32 {
        let expiry = unsafe entry.pointer.pointee.expiry
        guard now > expiry else { return 0 }
        return UInt32(truncatingIfNeeded: (now &- expiry) / CacheLimits.second)
    }

    /// The whole seconds since the reply was stored.
    public var age: UInt32 {
        let stored = unsafe entry.pointer.pointee.stored
        guard now > stored else { return 0 }
        return UInt32(truncatingIfNeeded: (now &- stored) / CacheLimits.second)
    }

    /// The hits in a row, this one included, if they are counted: see
    /// ``CacheConfiguration/countedHits``.
    public var hits: UInt32 { unsafe entry.pointer.pointee.hits.load(ordering: .relaxed) }

    /// Claims the renewal of the entry for some seconds.
    ///
    /// - Returns: False if somebody else has claimed it, and not so long ago.
    public func claimRenewal(seconds: UInt32) -> Bool {
        entry.claimRenewal(now: now, until: now &+ UInt64(seconds) * CacheLimits.second)
    }
}
