internal import DNSWire

/// Fetches the memory of the services that a batch of queries asks for, before the first of them is
/// answered.
///
/// A service among thousands is in no cache as a rule, and an answer needs two or three pieces of
/// memory, each of which says where the next one is. One query after the other waits for all of
/// them; here, the batch waits for the first pieces of all queries at once, and so on. Nothing is
/// decided here: answers don't depend on whether a look ahead was taken.
///
/// A worker adds each query of a batch, calls ``finish()``, and then answers. It holds the version
/// meanwhile.
@safe
public struct LookAhead: ~Copyable {
    /// Queries that one look can take; more are passed over.
    public static var queryCountMax: Int { 64 }
    /// Services below which all of them stay in a cache anyway.
    private static var serviceCountMin: Int { 512 }
    /// Levels of the trie whose nodes all queries share, so that a cache holds them.
    private static var levels: Int { 2 }
    /// Octets of the longest key, two labels, rounded up.
    private static var keyCapacity: Int { 128 }

    @safe
    private struct Query {
        var step: TrieNode<ServiceRecords>.Step
        var hash: UInt64
    }

    private let queries: UnsafeMutablePointer<Query>
    private let key: UnsafeMutableRawPointer
    private var count = 0
    /// Keeps the compiler from leaving out loads that nothing else needs.
    private var sum: UInt64 = 0

    /// Prepares a worker's look ahead.
    public init() {
        unsafe queries = .allocate(capacity: LookAhead.queryCountMax)
        unsafe key = .allocate(byteCount: LookAhead.keyCapacity, alignment: 8)
    }

    deinit {
        // SAFETY: allocated in init, owned by this value alone; queries are trivial.
        unsafe queries.deallocate()
        unsafe key.deallocate()
    }

    /// Begins to look for the service that a packet asks for, if it does ask for one.
    public mutating func add(_ packet: UnsafeRawBufferPointer, in snapshot: ClusterSnapshot) {
        guard count < LookAhead.queryCountMax, snapshot.serviceCount >= LookAhead.serviceCountMin
        else { return }
        let keyCount = unsafe readKey(packet)
        guard keyCount > 0 else { return }
        let hash = unsafe KeyHash.hash(key, count: keyCount, seed: KeyHash.seed)
        let step = snapshot.services.approach(hash, levels: LookAhead.levels)
        guard unsafe step.object != nil else { return }
        // SAFETY: count < queryCountMax.
        unsafe (queries + count).initialize(to: Query(step: step, hash: hash))
        count &+= 1
    }

    /// Fetches what was found: first the places of all queries' services, then the services.
    ///
    /// - Returns: How many services were fetched.
    @discardableResult
    public mutating func finish() -> Int {
        var found = 0
        for index in 0..<count {
            // SAFETY: `count` queries were initialised; their objects belong to the version that
            // the worker holds.
            let query = unsafe queries[index]
            let leaf = unsafe HashTrie<ServiceRecords>.follow(
                query.step,
                query.hash,
                levels: LookAhead.levels
            )
            unsafe queries[index].step = TrieNode.Step(object: leaf, isLeaf: true)
        }
        for index in 0..<count {
            guard let leaf = unsafe queries[index].step.object else { continue }
            found &+= 1
            sum &+= unsafe Unmanaged<ServiceRecords>.fromOpaque(leaf)._withUnsafeGuaranteedRef {
                $0.touch()
            }
        }
        count = 0
        return found
    }

    /// Reads the two labels in front of the first `svc` that has as many, in lower case.
    ///
    /// - Returns: The octets read; 0 if the packet has no such name.
    @inline(__always)
    private func readKey(_ packet: UnsafeRawBufferPointer) -> Int {
        guard let base = packet.baseAddress else { return 0 }
        // The word `\3svc`.
        let service: UInt32 = 0x6376_7303
        let end = min(packet.count, QueryView.headerOctetCount &+ QueryView.nameOctetCountMax)
        var offset = QueryView.headerOctetCount
        // The labels before the one at `offset`; none yet.
        var previous = offset
        var start = offset
        var labels = 0
        while offset &+ 4 <= end {
            // SAFETY: offset + 4 ≤ octets of the packet.
            let word = unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            if word | 0x2020_2000 == service, labels >= 2 {
                // Two labels have 2…128 octets, all in front of `offset`.
                let count = offset &- start
                unsafe copyLowercased(base + start, count: count, to: key)
                return count
            }
            let length = Int(word & 0xFF)
            guard (1...63).contains(length) else { return 0 }
            start = previous
            previous = offset
            offset &+= 1 &+ length
            labels &+= 1
        }
        return 0
    }
}
