internal import AnswerCache
internal import DNSWire
internal import Glibc

/// The replies that a `cache` directive keeps, and how queries are answered from them.
///
/// `@unchecked Sendable`: restated from ``ReplyCache``; all properties are immutable and Sendable,
/// and `store` holds what `reference` points at.
@safe
final class HeldReplies: ReplyCache, @unchecked Sendable {
    /// The seconds for which nobody else starts a renewal, if the directive doesn't say.
    private static let renewalSeconds: UInt32 = 2

    private let store: AnswerCache
    /// The same, not counted: counting would make all workers write the same memory.
    private let reference: Unmanaged<AnswerCache>
    private let counters: CacheCounters
    private let policy: StorePolicy
    private let order: LookupOrder
    private let stale: CacheOptions.Stale?
    private let prefetch: CacheOptions.Prefetch?
    private let keepsTimes: Bool
    private let successExceptions: ZoneList
    private let denialExceptions: ZoneList

    /// Keeps replies in `store` as the options say.
    init(_ options: CacheOptions, store: AnswerCache, counters: CacheCounters) {
        self.store = store
        unsafe reference = .passUnretained(store)
        self.counters = counters
        policy = options.policy
        order = options.prefersPositive ? .positiveFirst : .newestFirst
        stale = options.stale
        prefetch = options.prefetch
        keepsTimes = options.keepsTimes
        successExceptions = ZoneList(options.success.exceptions)
        denialExceptions = ZoneList(options.denial.exceptions)
        super.init()
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition? {
        guard !transaction.isRefresh, let hit = lookup(transaction) else { return nil }
        if hit.isStale { return answer(withExpired: hit, &transaction, rest) }
        guard write(hit, &transaction) else { return nil }
        if let prefetch, HeldReplies.isDue(hit, prefetch),
            hit.claimRenewal(seconds: HeldReplies.renewalSeconds)
        {
            renew(&transaction, rest)
        }
        return .written
    }

    override func keep(_ reply: inout [UInt8], for transaction: inout Transaction) {
        do throws(StoreRefusal) {
            let kept = try store.insert(
                reply,
                for: CacheKey(transaction.query, transaction.scratch),
                policy: policy(for: transaction),
                now: transaction.batchTime,
                wallClock: UInt32(truncatingIfNeeded: time(nil))
            )
            ReplyTimes.lower(in: &reply, to: kept.lifetime)
        } catch {
            if error == .mismatched { counters.count(.drop, transaction) }
        }
        guard !transaction.isRefresh else { return }
        // A failure is worse than what was known before (RFC 8767 §4).
        guard stale != nil, HeldReplies.isFailure(reply), let hit = lookup(transaction),
            hit.replyClass != .serverFailure, let held = message(hit, transaction)
        else { return countMiss(transaction) }
        reply = held
    }

    override func answerStale(_ transaction: inout Transaction) -> Disposition? {
        guard !transaction.isRefresh else { return nil }
        guard stale != nil, let hit = lookup(transaction), hit.replyClass != .serverFailure,
            write(hit, &transaction)
        else {
            countMiss(transaction)
            return nil
        }
        return .written
    }

    @inline(__always)
    private func lookup(_ transaction: borrowing Transaction) -> CacheHit? {
        guard let epoch = transaction.readingEpoch else { return nil }
        // The block's view is part of what the cache belongs to, hence not of the key.
        let key = CacheKey(transaction.query, transaction.scratch)
        let now = transaction.batchTime
        // SAFETY: `store` holds the cache for as long as this object.
        return unsafe reference._withUnsafeGuaranteedRef {
            $0.lookup(key, now: now, in: epoch, order: order)
        }
    }

    /// Answers from a reply that has expired; nil if an upstream is to be asked first.
    private func answer(
        withExpired hit: CacheHit,
        _ transaction: inout Transaction,
        _ rest: RestOfChain
    ) -> Disposition? {
        guard let stale else { return nil }
        switch stale.mode {
        case .immediate:
            let seconds = max(stale.recheckSeconds, HeldReplies.renewalSeconds)
            if hit.claimRenewal(seconds: seconds) { renew(&transaction, rest) }
        case .verify:
            // What the upstream said, or that it said nothing, is at hand the second time.
            guard !transaction.hasWaited else { return nil }
            let pause = stale.recheckSeconds
            let isFirst = hit.claimRenewal(
                seconds: pause > 0 ? pause : HeldReplies.renewalSeconds
            )
            guard isFirst || pause == 0 else { break }
            guard stale.timeout > 0 else { return nil }
            transaction.deadline = min(
                transaction.deadline,
                transaction.batchTime &+ stale.timeout
            )
            // A reply that is later than that must not be lost: the same question, asked at the
            // same time, goes out once.
            if isFirst { renew(&transaction, rest) }
            return nil
        }
        return write(hit, &transaction) ? .written : nil
    }

    /// Whether a reply is asked for often and has little time left (CoreDNS `shouldPrefetch`).
    private static func isDue(_ hit: CacheHit, _ prefetch: CacheOptions.Prefetch) -> Bool {
        guard hit.hits >= prefetch.hits else { return false }
        let threshold = (UInt64(hit.lifetime) * prefetch.percent + 99) / 100
        return UInt64(hit.remaining) <= threshold
    }

    /// Starts a query for the same, which nobody waits for.
    private func renew(_ transaction: inout Transaction, _ rest: RestOfChain) {
        guard let chain = rest.chain,
            let start = chain.plugins.firstIndex(where: { ($0 as? CachePlugin)?.replies === self })
        else { return }
        transaction.startInBackground(transaction.requestOctets, in: chain, from: start)
        counters.count(.prefetch, transaction)
    }

    /// The TTL of the records in a reply: what is left, and never more than it came with.
    private func timeToLive(_ hit: CacheHit) -> UInt32 {
        if hit.isStale { return stale?.timeToLive ?? 0 }
        return min(keepsTimes ? hit.lifetime : hit.remaining, hit.leastTimeToLive)
    }

    /// Writes a reply to the query, and counts that.
    private func write(_ hit: CacheHit, _ transaction: inout Transaction) -> Bool {
        transaction.response.reset(to: transaction.query)
        guard hit.write(into: &transaction.response, timeToLive: timeToLive(hit)) else {
            return false
        }
        transaction.response.isAuthoritative = hit.isAuthoritative
        transaction.response.isAuthenticated = hit.isAuthenticated
        countHit(hit, transaction)
        return true
    }

    /// The reply as a message of its own, and counts that.
    private func message(_ hit: CacheHit, _ transaction: borrowing Transaction) -> [UInt8]? {
        let query = transaction.query
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Limits.messageOctetsMax,
            alignment: 64
        )
        defer { unsafe buffer.deallocate() }
        var writer = unsafe ResponseWriter(
            answering: query,
            request: transaction.request,
            into: buffer,
            limit: Limits.messageOctetsMax,
            payloadOctets: 1232
        )
        guard hit.write(into: &writer, timeToLive: timeToLive(hit)) else { return nil }
        writer.isAuthoritative = hit.isAuthoritative
        writer.isAuthenticated = hit.isAuthenticated
        countHit(hit, transaction)
        return writer.octets(answering: query)
    }

    /// Whether a reply says neither what there is nor that there is nothing, or not all of it.
    private static func isFailure(_ reply: [UInt8]) -> Bool {
        guard reply.count >= QueryView.headerOctetCount else { return true }
        let code = reply[3] & 0xF
        let isTruncated = reply[2] & 0x02 != 0
        return isTruncated || (code != 0 && code != 3)
    }

    private func policy(for transaction: borrowing Transaction) -> StorePolicy {
        var policy = policy
        let success = 0..<successExceptions.count
        if successExceptions.first(in: success, holding: transaction) != nil {
            policy.success = nil
        }
        let denial = 0..<denialExceptions.count
        if denialExceptions.first(in: denial, holding: transaction) != nil { policy.denial = nil }
        return policy
    }

    private func countHit(_ hit: CacheHit, _ transaction: borrowing Transaction) {
        counters.count(.request, transaction)
        let isSuccess = hit.replyClass.store == .success
        counters.count(isSuccess ? .successHit : .denialHit, transaction)
        if hit.isStale { counters.count(.stale, transaction) }
    }

    private func countMiss(_ transaction: borrowing Transaction) {
        counters.count(.request, transaction)
        counters.count(.miss, transaction)
    }
}
