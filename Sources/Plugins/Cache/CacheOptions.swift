internal import AnswerCache
internal import DNSWire

/// What a `cache` directive says (CoreDNS `plugin/cache/setup.go`).
struct CacheOptions: Hashable, Sendable {
    /// What one of the two stores may hold, and for how long.
    struct Store: Hashable, Sendable {
        /// The most entries.
        var entries = 9_984
        /// The most octets of memory.
        var octets = 32 << 20
        /// The least seconds that a reply is kept.
        var minimum: UInt32 = 5
        /// The most seconds that a reply is kept.
        var maximum: UInt32
        /// The zones for which nothing is kept.
        var exceptions: [Name] = []

        /// The bounds of the seconds; a least above the most counts as the most.
        var bounds: TTLBounds { TTLBounds(minimum: min(minimum, maximum), maximum: maximum) }
        /// The bounds of the store.
        var capacity: CacheCapacity { CacheCapacity(entries: entries, octets: octets) }
    }

    /// `prefetch`: when a reply that is often asked for is renewed before it expires.
    struct Prefetch: Hashable, Sendable {
        /// The hits that make a reply one that is often asked for.
        var hits: UInt32
        /// The seconds without a hit after which counting starts anew.
        var gapSeconds: UInt32 = 60
        /// The part of a reply's time that must be left at most, in percent.
        var percent: UInt64 = 10
    }

    /// `serve_stale`: what is done with replies that have expired.
    struct Stale: Hashable, Sendable {
        /// When an upstream is asked.
        enum Mode: String, CaseIterable, Sendable {
            /// After the reply was sent.
            case immediate
            /// Before the reply is sent.
            case verify
        }

        /// The seconds after its end that a reply can still be used.
        var seconds: UInt32 = 3_600
        /// When an upstream is asked.
        var mode = Mode.immediate
        /// The TTL of records in an expired reply.
        var timeToLive: UInt32 = 0
        /// The seconds before a renewal that failed is tried again; 0 for none.
        var recheckSeconds: UInt32 = 0
        /// Nanoseconds that `verify` waits for an upstream; 0 for as long as upstreams may take.
        var timeout: UInt64 = 0
    }

    /// The zones that are cached.
    var zones: [Name] = []
    /// The store of positive replies.
    var success = Store(maximum: 3_600)
    /// The store of denials and failures.
    var denial = Store(maximum: 1_800)
    /// The seconds that a failure is kept.
    var failureSeconds: UInt32 = 5
    /// What is renewed early; nil if nothing is.
    var prefetch: Prefetch?
    /// What is done with replies that have expired; nil if they are not used.
    var stale: Stale?
    /// Whether a positive reply comes before a denial, even if it has expired.
    var prefersPositive = false
    /// Whether hits have the TTL that the reply came with.
    var keepsTimes = false
    /// Whether replies of all plugins behind this one are kept, too.
    var includesLocal = false

    /// How the cache is set up.
    var configuration: CacheConfiguration {
        CacheConfiguration(
            success: success.capacity,
            denial: denial.capacity,
            staleSeconds: stale?.seconds ?? 0,
            keepsPositive: prefersPositive,
            countedHits: prefetch?.hits ?? 0,
            countingGapSeconds: prefetch?.gapSeconds ?? 60
        )
    }

    /// What is kept, for names for which nothing is switched off.
    var policy: StorePolicy {
        StorePolicy(
            success: success.bounds,
            denial: denial.bounds,
            failureSeconds: failureSeconds
        )
    }
}
