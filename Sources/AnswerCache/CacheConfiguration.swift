/// What a store of the cache may hold.
public struct CacheCapacity: Sendable, Equatable {
    /// The most entries; with none, nothing is kept.
    public var entries: Int
    /// The most octets of memory that its entries take, what the allocator adds included.
    public var octets: Int

    /// Creates a capacity; its octets are not limited unless told.
    public init(entries: Int, octets: Int = .max) {
        self.entries = entries
        self.octets = octets
    }
}

/// How a cache is set up for as long as it lives.
public struct CacheConfiguration: Sendable, Equatable {
    /// What the store of positive replies may hold.
    public var success: CacheCapacity
    /// What the store of denials and failures may hold.
    public var denial: CacheCapacity
    /// Seconds after its end that an entry can still be used (RFC 8767); 0 for none.
    public var staleSeconds: UInt32
    /// Whether a denial leaves the positive reply to the same question in place, so that the last
    /// good answer can be used when it is stale.
    public var keepsPositive: Bool
    /// Hits of an entry to count up to, for prefetch; 0 to count none.
    public var countedHits: UInt32
    /// Seconds without a hit after which counting starts anew.
    public var countingGapSeconds: UInt32

    /// Creates a configuration; 9,984 entries in each store unless told.
    public init(
        success: CacheCapacity = CacheCapacity(entries: 9_984),
        denial: CacheCapacity = CacheCapacity(entries: 9_984),
        staleSeconds: UInt32 = 0,
        keepsPositive: Bool = false,
        countedHits: UInt32 = 0,
        countingGapSeconds: UInt32 = 60
    ) {
        self.success = success
        self.denial = denial
        self.staleSeconds = staleSeconds
        self.keepsPositive = keepsPositive
        self.countedHits = countedHits
        self.countingGapSeconds = countingGapSeconds
    }

    func capacity(_ store: CacheStore) -> CacheCapacity {
        store == .success ? success : denial
    }
}

/// Bounds for how long a reply is kept, in seconds.
public struct TTLBounds: Sendable, Equatable {
    /// The least: a reply whose TTL is lower is kept this long.
    public var minimum: UInt32
    /// The most.
    public var maximum: UInt32

    /// Creates bounds.
    public init(minimum: UInt32, maximum: UInt32) {
        self.minimum = minimum
        self.maximum = maximum
    }

    func clamp(_ seconds: UInt32) -> UInt32 { min(maximum, max(minimum, seconds)) }
}

/// What is kept, and for how long.
public struct StorePolicy: Sendable, Equatable {
    /// Bounds for positive replies; nil to keep none.
    public var success: TTLBounds?
    /// Bounds for denials; nil to keep none, nor failures.
    public var denial: TTLBounds?
    /// Seconds that a failure is kept; 0 to keep none (RFC 2308 §7.1 allows five minutes).
    public var failureSeconds: UInt32

    /// Creates a policy.
    public init(
        success: TTLBounds? = TTLBounds(minimum: 5, maximum: 3_600),
        denial: TTLBounds? = TTLBounds(minimum: 5, maximum: 1_800),
        failureSeconds: UInt32 = 5
    ) {
        self.success = success
        self.denial = denial
        self.failureSeconds = failureSeconds
    }
}

/// What became of a reply that was offered to the cache.
public struct Stored: Sendable, Equatable {
    /// What the reply says.
    public let replyClass: ReplyClass
    /// The seconds that it is kept for.
    public let lifetime: UInt32

    /// Creates a result.
    public init(replyClass: ReplyClass, lifetime: UInt32) {
        self.replyClass = replyClass
        self.lifetime = lifetime
    }
}

/// Which entry a look-up prefers if there are two for its key, a positive reply and a denial.
public enum LookupOrder: Sendable {
    /// A positive reply before a failure; else one that has not expired before one that has; else
    /// the denial, which was stored later.
    case newestFirst
    /// A positive reply, even if it has expired, before a denial.
    case positiveFirst
}
