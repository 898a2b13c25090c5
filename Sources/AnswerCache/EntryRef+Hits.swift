internal import Synchronization

// What readers write.
extension EntryRef {
    /// Counts a hit, or starts anew if the last one is more than `gap` seconds ago.
    ///
    /// Two threads may count one hit only: it decides no more than when an entry is renewed. Once
    /// the count is reached, an entry is written once per second at most.
    func countHit(now: UInt64, upTo limit: UInt32, gap: UInt32) {
        // SAFETY: the entry stays while its user is in an epoch.
        let second = UInt32(truncatingIfNeeded: now / CacheLimits.second)
        let last = unsafe pointer.pointee.lastHit.load(ordering: .relaxed)
        let count = unsafe pointer.pointee.hits.load(ordering: .relaxed)
        if last != second { unsafe pointer.pointee.lastHit.store(second, ordering: .relaxed) }
        let next = count == 0 || second &- last > gap ? 1 : min(count &+ 1, max(1, limit))
        if next != count { unsafe pointer.pointee.hits.store(next, ordering: .relaxed) }
    }

    /// Carries over from an entry that this one replaces what is known of who asks for it.
    func inheritUse(of old: EntryRef) {
        // SAFETY: both stay: the lock is held, and this one is not in the table yet.
        let isVisited = unsafe old.pointer.pointee.visited.load(ordering: .relaxed)
        unsafe pointer.pointee.visited.store(isVisited, ordering: .relaxed)
        let hits = unsafe old.pointer.pointee.hits.load(ordering: .relaxed)
        unsafe pointer.pointee.hits.store(hits, ordering: .relaxed)
        let lastHit = unsafe old.pointer.pointee.lastHit.load(ordering: .relaxed)
        unsafe pointer.pointee.lastHit.store(lastHit, ordering: .relaxed)
    }

    /// Claims the renewal of the entry until a time.
    ///
    /// - Returns: False if somebody else has it at present.
    func claimRenewal(now: UInt64, until end: UInt64) -> Bool {
        // SAFETY: the entry stays while its user is in an epoch.
        let present = unsafe pointer.pointee.renewedUntil.load(ordering: .relaxed)
        guard present <= now else { return false }
        return unsafe pointer.pointee.renewedUntil.compareExchange(
            expected: present,
            desired: end,
            ordering: .relaxed
        ).exchanged
    }
}
