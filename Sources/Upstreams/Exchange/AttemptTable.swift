/// One query sent to one upstream: a position in the table, and which use of it is meant.
///
/// It says nothing of what has ended since: the table tells the uses of a position apart.
struct Attempt: Equatable {
    /// The position in the table.
    let position: Int32
    /// The identifier sent.
    let id: UInt16
    /// Which use of the position it is.
    let serial: UInt64
}

/// All attempts under way, by identifier.
///
/// An identifier is used by one attempt at a time, whatever the upstream: that costs a quarter of
/// the identifiers at most, and makes finding an attempt one look into an array.
///
/// Attempts are plain memory and know each other by position: beginning and ending one counts no
/// references but the carrier's.
@safe
struct AttemptTable: ~Copyable {
    @safe
    private struct Slot {
        /// Which use of this position it is; 0 while it isn't used.
        var serial: UInt64 = 0
        var sentAt: UInt64 = 0
        var timer: TimerKey?
        /// Retained for the first attempt on it, and released after the last.
        var carrier: Unmanaged<Carrier>?
        /// The question; nil for a probe.
        var exchange: Unmanaged<Exchange>?
        /// Its neighbours on the carrier; of a free position the next free one.
        var next: Int32 = -1
        var previous: Int32 = -1
        var id: UInt16 = 0
    }

    // SAFETY, for all uses: there is memory for as many positions as attempts may be under way;
    // those below `usedCount` are initialized, and every position that is kept anywhere is one of
    // them. An exchange is never freed while the table that it came from lives, which is as long
    // as this one does.
    private let slots: UnsafeMutablePointer<Slot>
    /// The position of the attempt plus 1, by identifier; 0 if there is none.
    private let positions: UnsafeMutablePointer<UInt16>
    private var usedCount = 0
    private var firstFree: Int32 = -1
    private var serial: UInt64 = 0

    /// Attempts under way.
    private(set) var count = 0

    init() {
        unsafe slots = .allocate(capacity: Limits.attemptCountMax)
        unsafe positions = .allocate(capacity: 65_536)
        unsafe positions.initialize(repeating: 0, count: 65_536)
    }

    deinit {
        for position in 0..<usedCount {
            guard let carrier = unsafe slots[position].carrier else { continue }
            let isLast = unsafe carrier._withUnsafeGuaranteedRef { carrier in
                carrier.attemptCount -= 1
                return carrier.attemptCount == 0
            }
            if isLast { unsafe carrier.release() }
        }
        unsafe slots.deinitialize(count: usedCount)
        unsafe slots.deallocate()
        unsafe positions.deallocate()
    }

    /// Takes an attempt for a query; nil at the bound.
    mutating func begin(
        _ carrier: Carrier,
        _ exchange: Exchange?,
        now: UInt64,
        random: inout RandomPool
    ) -> Attempt? {
        guard count < Limits.attemptCountMax else { return nil }
        let position = takePosition()
        var id: UInt16
        // At most a quarter of the identifiers is in use: the loop ends soon.
        repeat {
            id = UInt16(truncatingIfNeeded: random.next())
        } while unsafe positions[Int(id)] != 0
        unsafe positions[Int(id)] = UInt16(position + 1)
        serial += 1
        count += 1
        let slot = unsafe slots + Int(position)
        unsafe slot.pointee.serial = serial
        unsafe slot.pointee.sentAt = now
        let reference = unsafe Unmanaged.passUnretained(carrier)
        if carrier.attemptCount == 0 { _ = unsafe reference.retain() }
        unsafe slot.pointee.carrier = reference
        unsafe slot.pointee.exchange = exchange.map { unsafe Unmanaged.passUnretained($0) }
        unsafe slot.pointee.id = id
        let next = carrier.firstAttempt
        unsafe slot.pointee.next = next
        unsafe slot.pointee.previous = -1
        if next >= 0 { unsafe slots[Int(next)].previous = position }
        carrier.firstAttempt = position
        carrier.attemptCount += 1
        return Attempt(position: position, id: id, serial: serial)
    }

    private mutating func takePosition() -> Int32 {
        guard firstFree < 0 else {
            let position = firstFree
            firstFree = unsafe slots[Int(position)].next
            return position
        }
        unsafe (slots + usedCount).initialize(to: Slot())
        usedCount += 1
        return Int32(usedCount - 1)
    }

    /// Frees an attempt, which must be under way; returns what it travelled on, which the caller
    /// releases if there is no other attempt on it, and its timer.
    mutating func end(_ attempt: Attempt) -> (carrier: Unmanaged<Carrier>, timer: TimerKey?)? {
        guard isUnderWay(attempt) else { return nil }
        let slot = unsafe slots + Int(attempt.position)
        guard let reference = unsafe slot.pointee.carrier.take() else { return nil }
        unsafe positions[Int(slot.pointee.id)] = 0
        let (next, previous) = unsafe (slot.pointee.next, slot.pointee.previous)
        unsafe reference._withUnsafeGuaranteedRef { carrier in
            if previous < 0 { carrier.firstAttempt = next }
            carrier.attemptCount -= 1
        }
        if previous >= 0 { unsafe slots[Int(previous)].next = next }
        if next >= 0 { unsafe slots[Int(next)].previous = previous }
        unsafe slot.pointee.serial = 0
        unsafe slot.pointee.next = firstFree
        firstFree = attempt.position
        count -= 1
        return unsafe (reference, slot.pointee.timer.take())
    }

    /// Whether an attempt has neither been answered nor failed.
    func isUnderWay(_ attempt: Attempt) -> Bool {
        unsafe slots[Int(attempt.position)].serial == attempt.serial
    }

    /// The attempt with an identifier on a carrier.
    func find(_ id: UInt16, _ carrier: Carrier) -> Attempt? {
        let position = unsafe Int32(positions[Int(id)]) - 1
        guard position >= 0,
            unsafe slots[Int(position)].carrier?.toOpaque()
                == Unmanaged.passUnretained(carrier).toOpaque()
        else { return nil }
        return unsafe Attempt(position: position, id: id, serial: slots[Int(position)].serial)
    }

    /// What an attempt under way travels on.
    func carrier(_ attempt: Attempt) -> Carrier? {
        guard isUnderWay(attempt) else { return nil }
        return unsafe slots[Int(attempt.position)].carrier?.takeUnretainedValue()
    }

    /// The question of an attempt under way; nil for a probe.
    func exchange(_ attempt: Attempt) -> Unmanaged<Exchange>? {
        guard isUnderWay(attempt) else { return nil }
        return unsafe slots[Int(attempt.position)].exchange
    }

    /// When an attempt under way was sent.
    func sentAt(_ attempt: Attempt) -> UInt64 {
        unsafe slots[Int(attempt.position)].sentAt
    }

    /// Notes the timer of an attempt under way.
    func setTimer(_ timer: TimerKey?, of attempt: Attempt) {
        unsafe slots[Int(attempt.position)].timer = timer
    }

    /// The attempts under way on a carrier.
    func attempts(on carrier: Carrier) -> [Attempt] {
        var found: [Attempt] = []
        var next = carrier.firstAttempt
        while next >= 0 {
            let slot = unsafe slots + Int(next)
            unsafe found.append(
                Attempt(position: next, id: slot.pointee.id, serial: slot.pointee.serial)
            )
            next = unsafe slot.pointee.next
        }
        return found
    }
}
