/// When a watcher of a registry's file looks into it.
///
/// After an event about the file itself it looks at once, after one about the log beside it a
/// moment later, and then again a few times until there is something new. When there is something
/// new very often, looks are spread out, so that one finds several writes; a write that comes after
/// a moment of peace is never late.
struct LookPlan {
    /// What events tell of.
    enum News {
        /// Nothing of interest.
        case none
        /// The files beside the registry's.
        case log
        /// The registry's file, or something that has no name.
        case file
    }

    private static let millisecond: UInt64 = 1_000_000
    /// The time before a look after an event about the log, and between looks that showed nothing.
    private static let followUp: [UInt64] = [1, 2, 4, 8, 16, 32, 64, 128]
    /// The time that each look takes of what has passed: 500 looks a second in the long run.
    private static let price: UInt64 = 2 * millisecond
    /// The looks that are free after a moment of peace.
    private static let burst: UInt64 = 8

    /// When to look next; nil if nothing is expected.
    private var due: UInt64?
    private var step = 0
    /// The moment up to which time has been spent on looks.
    private var spent: UInt64
    private var lastLook: UInt64

    init(now: UInt64) {
        spent = 0
        lastLook = now
    }

    /// The milliseconds to wait for events; -1 for ever.
    func wait(now: UInt64) -> Int32 {
        guard let due else { return -1 }
        return LookPlan.milliseconds(from: now, to: due)
    }

    /// Takes events into account.
    mutating func take(_ news: News, now: UInt64) {
        switch news {
        case .none: return
        case .log:
            // A look that comes sooner stays: a log that is written all the time can't delay it.
            let next = now + LookPlan.millisecond
            due = min(due ?? next, next)
        case .file: due = now
        }
        step = 0
    }

    /// Whether it is time to look.
    func isDue(now: UInt64) -> Bool {
        due.map { $0 <= now } ?? false
    }

    /// Takes the result of a look into account.
    mutating func looked(isNew: Bool, now: UInt64) {
        let free = LookPlan.burst * LookPlan.price
        spent = max(spent, now > free ? now - free : 0) + LookPlan.price
        lastLook = now
        due = nil
        if isNew || step >= LookPlan.followUp.count {
            step = 0
        } else {
            due = now + LookPlan.followUp[step] * LookPlan.millisecond
            step += 1
        }
    }

    /// The milliseconds to rest after a look, whatever happens.
    var rest: Int32 { LookPlan.milliseconds(from: lastLook, to: spent) }

    private static func milliseconds(from now: UInt64, to later: UInt64) -> Int32 {
        later > now ? Int32(clamping: (later - now + millisecond - 1) / millisecond) : 0
    }
}
