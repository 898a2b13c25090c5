extension AnswerCache {
    /// Keeps a reply, if it may be kept.
    ///
    /// It replaces what was kept for the same question; a positive reply also ends a denial, and a
    /// denial a positive reply, unless ``CacheConfiguration/keepsPositive`` is set or the denial is
    /// only a failure.
    ///
    /// - Parameters:
    ///   - reply: The complete reply, as it came; it is not trusted.
    ///   - key: The question that was asked.
    ///   - policy: What is kept, and for how long.
    ///   - now: The present time.
    ///   - wallClock: The seconds since 1970, modulo 2³², against which signatures are checked.
    /// - Returns: What the reply says, and how long it is kept.
    /// - Throws: Why the reply is not kept.
    @discardableResult
    public func insert(
        _ reply: UnsafeRawBufferPointer,
        for key: CacheKey,
        policy: StorePolicy,
        now: UInt64,
        wallClock: UInt32
    ) throws(StoreRefusal) -> Stored {
        // SAFETY: the scan is not used after this call.
        let scan = try unsafe ReplyScan(reply, for: key)
        let replyClass = try scan.classify(for: key, wallClock: wallClock)
        let least = scan.leastTimeToLive(replyClass)
        let lifetime = try policy.lifetime(replyClass, least: least)
        let kept = Stored(replyClass: replyClass, lifetime: lifetime)
        let capacity = configuration.capacity(replyClass.store)
        guard capacity.entries > 0 else { throw .disabled }
        let octets = EntryRef.memoryOctetCount(
            name: key.nameOctetCount,
            octets: scan.storedOctetCount
        )
        guard octets <= capacity.octets else { throw .tooLarge }
        let hash = key.hash(seed: seed)
        guard
            let entry = EntryRef.make(
                scan,
                key: key,
                hash: hash,
                kept: kept,
                leastTimeToLive: least ?? CacheLimits.emptyReplySeconds,
                now: now
            )
        else { throw .noMemory }
        if let refusal = store(entry, key: key, hash: hash, now: now) {
            entry.free()
            throw refusal
        }
        return kept
    }

    /// Keeps a reply that is held in an array; see the other `insert`.
    @discardableResult
    public func insert(
        _ reply: [UInt8],
        for key: CacheKey,
        policy: StorePolicy,
        now: UInt64,
        wallClock: UInt32
    ) throws(StoreRefusal) -> Stored {
        let result: Result<Stored, StoreRefusal> = unsafe reply.withUnsafeBytes { octets in
            // SAFETY: the octets are used during the call only.
            do throws(StoreRefusal) {
                return .success(
                    try unsafe insert(
                        octets,
                        for: key,
                        policy: policy,
                        now: now,
                        wallClock: wallClock
                    )
                )
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Forgets what is kept for a question.
    ///
    /// - Returns: Whether there was anything.
    @discardableResult
    public func remove(_ key: CacheKey) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        let hash = key.hash(seed: seed)
        var found = false
        for store in CacheStore.allCases {
            guard let entry = find(key, hash: hash, store: store) else { continue }
            takeOut(entry)
            found = true
        }
        return found
    }

    /// Forgets everything.
    public func removeAll() {
        lock.lock()
        defer { lock.unlock() }
        var all: [EntryRef] = []
        success.visitAll { all.append($0) }
        denial.visitAll { all.append($0) }
        for entry in all { takeOut(entry) }
        reclaim()
    }

    /// Frees memory that waited for readers to move on; writing does so by itself.
    public func freeRetired() {
        lock.lock()
        defer { lock.unlock() }
        reclaim()
    }

    // All below with the lock held.

    /// Puts an entry in; if it doesn't, it tells why.
    private func store(
        _ entry: EntryRef,
        key: CacheKey,
        hash: UInt64,
        now: UInt64
    ) -> StoreRefusal? {
        lock.lock()
        defer { lock.unlock() }
        if retired.isFull { reclaim() }
        guard !retired.isFull else { return .readersStuck }
        let store = entry.store
        if let old = find(key, hash: hash, store: store) {
            if entry.isFailure, !old.isFailure, !isOver(old, now: now) { return .lessThanHeld }
            entry.inheritUse(of: old)
            table.replace(old, with: entry)
            withStore(store) { $0.replace(old, with: entry) }
            retire(old)
            while octetsOver(store) { guard evict(from: store, now: now) else { break } }
        } else {
            let octets = entry.memoryOctetCount
            while !hasRoom(store, octets) { guard evict(from: store, now: now) else { break } }
            while !table.insert(entry) {
                guard let other = table.someEntry(near: hash) else { return .noMemory }
                withStore(other.store) { $0.countEviction() }
                takeOut(other)
            }
            withStore(store) { $0.add(entry, hash: hash) }
        }
        if store == .success || !(entry.isFailure || configuration.keepsPositive) {
            let other: CacheStore = store == .success ? .denial : .success
            if let old = find(key, hash: hash, store: other) { takeOut(old) }
        }
        if retired.count >= CacheLimits.retiredBatch { reclaim() }
        return nil
    }

    private func find(_ key: CacheKey, hash: UInt64, store: CacheStore) -> EntryRef? {
        var probe = table.probe(hash)
        while let entry = probe.next() {
            if entry.store == store, entry.matches(key, hash: hash) { return entry }
        }
        return nil
    }

    private func withStore<Result>(
        _ store: CacheStore,
        _ body: (inout EntryStore) -> Result
    ) -> Result {
        store == .success ? body(&success) : body(&denial)
    }

    private func hasRoom(_ store: CacheStore, _ octets: Int) -> Bool {
        withStore(store) { $0.hasRoom(for: octets) }
    }

    private func octetsOver(_ store: CacheStore) -> Bool {
        withStore(store) { $0.octetCount > $0.capacity.octets }
    }

    private func evict(from store: CacheStore, now: UInt64) -> Bool {
        let victim = withStore(store) { $0.evict { isOver($0, now: now) } }
        guard let victim else { return false }
        table.remove(victim)
        retire(victim)
        return true
    }

    private func takeOut(_ entry: EntryRef) {
        table.remove(entry)
        withStore(entry.store) { $0.remove(entry) }
        retire(entry)
    }

    private func retire(_ entry: EntryRef) {
        // The epoch is read after the entry was taken out of the table, as the proof asks.
        retired.add(entry, in: epochs.current)
    }

    private func reclaim() {
        guard retired.count > 0 else { return }
        retired.free(before: epochs.advance())
    }
}

extension StorePolicy {
    /// The seconds that a reply is kept for.
    func lifetime(_ replyClass: ReplyClass, least: UInt32?) throws(StoreRefusal) -> UInt32 {
        let bounds = replyClass.store == .success ? success : denial
        guard let bounds else { throw .disabled }
        let seconds =
            replyClass == .serverFailure
            ? failureSeconds : bounds.clamp(least ?? CacheLimits.emptyReplySeconds)
        guard seconds > 0 else { throw .noTimeToLive }
        return min(seconds, CacheLimits.timeToLiveMax)
    }
}
