/// The bounds of the cache, beside those that it is made with.
public enum CacheLimits {
    /// Threads that may read caches at the same time, of one ``ReaderEpochs``.
    public static let readersMax = 256
    /// Buckets of the table that a key may lie in: what a look-up reads at most.
    static let probeBucketsMax = 8
    /// Entries that are passed over because they were asked for, before one is evicted anyway.
    static let evictionStepsMax = 1_000
    /// Entries that may wait to be freed before the epochs are looked at.
    static let retiredBatch = 32
    /// Entries that may wait to be freed; above, nothing new is kept until readers have moved on.
    static let retiredEntriesMax = 4_096
    /// Octets that may wait to be freed; above, nothing new is kept until readers have moved on.
    static let retiredOctetsMax = 8 << 20
    /// Aliases followed from the question to the answer.
    static let aliasesMax = 16
    /// Compression pointers followed for one name.
    static let pointersMax = 127
    /// Octets of a reply: what fits the length prefix of a stream (RFC 1035 §4.2.2).
    static let replyOctetsMax = 65_535
    /// The least octets of a record: root name, type, class, TTL, length.
    static let recordOctetsMin = 11
    /// Seconds that a reply without any record is kept.
    static let emptyReplySeconds: UInt32 = 5
    /// The greatest TTL; a received one with the top bit set counts as 0 (RFC 2181 §8).
    static let timeToLiveMax: UInt32 = 0x7FFF_FFFF
    /// The nanoseconds of a second.
    static let second: UInt64 = 1_000_000_000
}
