/// What a cache holds at a moment.
public struct CacheFigures: Sendable, Equatable {
    /// What one store holds.
    public struct Store: Sendable, Equatable {
        /// Entries.
        public var entries = 0
        /// Octets of memory that the entries take.
        public var octets = 0
        /// Entries that had to go for others so far.
        public var evictions: UInt64 = 0
    }

    /// The store of positive replies.
    public var success = Store()
    /// The store of denials and failures.
    public var denial = Store()
    /// Entries that wait to be freed.
    public var retiredEntries = 0
    /// Octets of memory of the table, whatever it holds.
    public var tableOctets = 0
}

/// An entry of the cache, described for people.
public struct CacheListing: Sendable, Equatable {
    /// The name in wire form, in lower case.
    public var name: [UInt8]
    /// The question's type.
    public var type: UInt16
    /// The question's class.
    public var recordClass: UInt16
    /// Whether it is for askers who want DNSSEC records.
    public var dnssecOK: Bool
    /// Whether it is for askers who validate for themselves.
    public var checkingDisabled: Bool
    /// The view.
    public var view: UInt16
    /// What the reply says.
    public var replyClass: ReplyClass
    /// The seconds left; negative if it has expired.
    public var remaining: Int
    /// Octets that the reply takes, OPT left out.
    public var octets: Int
}

extension AnswerCache {
    /// Entries in both stores.
    public var count: Int {
        lock.lock()
        defer { lock.unlock() }
        return success.count + denial.count
    }

    /// Octets of memory that the entries of both stores take.
    public var octetCount: Int {
        lock.lock()
        defer { lock.unlock() }
        return success.octetCount + denial.octetCount
    }

    /// What the cache holds now, for metrics.
    public var figures: CacheFigures {
        lock.lock()
        defer { lock.unlock() }
        func figures(_ store: EntryStore) -> CacheFigures.Store {
            CacheFigures.Store(
                entries: store.count,
                octets: store.octetCount,
                evictions: store.evictionCount
            )
        }
        return CacheFigures(
            success: figures(success),
            denial: figures(denial),
            retiredEntries: retired.count,
            tableOctets: table.memoryOctetCount
        )
    }

    /// Describes entries, those first that would be evicted last.
    ///
    /// Writers wait meanwhile; readers don't.
    public func listing(now: UInt64, atMost limit: Int = .max) -> [CacheListing] {
        lock.lock()
        defer { lock.unlock() }
        var result: [CacheListing] = []
        let describe = { (entry: EntryRef) in
            if result.count < limit { result.append(CacheListing(entry, now: now)) }
        }
        success.visitAll(describe)
        denial.visitAll(describe)
        return result
    }
}

extension CacheListing {
    fileprivate init(_ entry: EntryRef, now: UInt64) {
        // SAFETY: the lock is held, so the entry stays.
        let facets = unsafe entry.pointer.pointee.facets
        let expiry = unsafe entry.pointer.pointee.expiry
        let count = unsafe Int(entry.pointer.pointee.nameOctetCount)
        name = unsafe Array(UnsafeRawBufferPointer(start: entry.name, count: count))
        type = UInt16(truncatingIfNeeded: facets)
        recordClass = UInt16(truncatingIfNeeded: facets >> 16)
        view = UInt16(truncatingIfNeeded: facets >> 32)
        dnssecOK = facets >> 48 & 1 != 0
        checkingDisabled = facets >> 48 & 2 != 0
        replyClass = unsafe entry.pointer.pointee.replyClass
        remaining =
            Int(truncatingIfNeeded: expiry &- now) / Int(truncatingIfNeeded: CacheLimits.second)
        octets = unsafe entry.questionEnd + Int(entry.pointer.pointee.octetCount)
    }
}
