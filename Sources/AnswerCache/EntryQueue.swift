/// Entries in the order in which they were put in.
///
/// Belongs to the writer: used with the lock held only.
struct EntryQueue {
    private(set) var newest: EntryRef?
    private(set) var oldest: EntryRef?
    private(set) var count = 0

    /// Puts an entry in.
    mutating func push(_ entry: EntryRef) {
        entry.newer = nil
        entry.older = newest
        if let newest { newest.newer = entry } else { oldest = entry }
        newest = entry
        count += 1
    }

    /// Takes an entry out that is in.
    mutating func remove(_ entry: EntryRef) {
        if let newer = entry.newer { newer.older = entry.older } else { newest = entry.older }
        if let older = entry.older { older.newer = entry.newer } else { oldest = entry.newer }
        entry.newer = nil
        entry.older = nil
        count -= 1
    }

    /// Puts an entry in the place of another.
    mutating func replace(_ old: EntryRef, with new: EntryRef) {
        new.newer = old.newer
        new.older = old.older
        if let newer = old.newer { newer.older = new } else { newest = new }
        if let older = old.older { older.newer = new } else { oldest = new }
        old.newer = nil
        old.older = nil
    }
}

// The writer's own fields of an entry.
extension EntryRef {
    // SAFETY: readers never look at these fields; the writer's lock is held.
    var newer: EntryRef? {
        get { unsafe pointer.pointee.newer }
        nonmutating set { unsafe pointer.pointee.newer = newValue }
    }

    var older: EntryRef? {
        get { unsafe pointer.pointee.older }
        nonmutating set { unsafe pointer.pointee.older = newValue }
    }

    var isInMain: Bool {
        get { unsafe pointer.pointee.isInMain }
        nonmutating set { unsafe pointer.pointee.isInMain = newValue }
    }

    var retiredIn: UInt64 {
        get { unsafe pointer.pointee.retiredIn }
        nonmutating set { unsafe pointer.pointee.retiredIn = newValue }
    }
}
