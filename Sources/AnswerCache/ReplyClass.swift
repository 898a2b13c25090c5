/// Which of the two stores of a cache something is in.
public enum CacheStore: UInt8, Sendable, CaseIterable {
    /// Replies that say what is there, and referrals.
    case success
    /// Replies that say that nothing is there, or that the server failed.
    case denial
}

/// What a reply that can be cached says (RFC 2308 §2).
public enum ReplyClass: UInt8, Sendable, CaseIterable {
    /// The records asked for; or none, and nothing that says why.
    case answer
    /// No answer, but who to ask (RFC 2308 §2.2, the referral response).
    case referral
    /// The name doesn't exist (RFC 2308 §2.1).
    case nameError
    /// The name exists without the type, or an alias leads nowhere (RFC 2308 §2.2).
    case noData
    /// The server failed, or can't do it: SERVFAIL, NOTIMP (RFC 2308 §7.1).
    case serverFailure

    /// The store that keeps it.
    public var store: CacheStore {
        switch self {
        case .answer, .referral: .success
        case .nameError, .noData, .serverFailure: .denial
        }
    }
}

/// Why a reply is not kept.
public enum StoreRefusal: Error, Equatable, Sendable {
    /// Its octets are no DNS message, or names in it point where no name is.
    case malformed
    /// It is a query, or answers another question than the one asked.
    case mismatched
    /// It is no answer to a query, or the question asks for a transfer.
    case otherOperation
    /// It says that it isn't complete (TC).
    case truncated
    /// A signature in it isn't valid now, and the asker would look at it (RFC 4034 §3.1.5).
    case signatureNotValid
    /// It has answers, and they don't lead from the question to the type asked for.
    case unresolvedAlias
    /// It says that the name doesn't exist, and answers nevertheless.
    case nameErrorWithAnswers
    /// It says that the name doesn't exist, without the SOA that says for how long (RFC 2308 §5).
    case nameErrorWithoutAuthority
    /// It has another response code, such as REFUSED.
    case responseCode
    /// Replies of its class are not kept.
    case disabled
    /// It may be kept for no time at all.
    case noTimeToLive
    /// It is a failure, and a denial that can still be used is held for the question.
    case lessThanHeld
    /// It takes more memory than the store may.
    case tooLarge
    /// A reader has kept the cache from freeing memory for too long.
    case readersStuck
    /// The system has no memory.
    case noMemory
}

extension ReplyClass {
    /// Tells what a reply says, and whether it can be cached.
    ///
    /// - Parameters:
    ///   - reply: The complete reply.
    ///   - key: The question that it should answer.
    ///   - wallClock: The seconds since 1970, modulo 2³², against which signatures are checked.
    /// - Returns: What it says.
    /// - Throws: Why it can't be cached.
    public static func of(
        _ reply: UnsafeRawBufferPointer,
        for key: CacheKey,
        wallClock: UInt32
    ) throws(StoreRefusal) -> ReplyClass {
        // SAFETY: the scan ends before this call does.
        let scan = try unsafe ReplyScan(reply, for: key)
        return try scan.classify(for: key, wallClock: wallClock)
    }
}
