internal import CPrefetch
public import DNSWire

/// Fetches the memory of the services that a batch of queries asks for, before the first of them is
/// answered.
///
/// A service among thousands is in no cache as a rule, and an answer needs two or three pieces of
/// memory, each of which says where the next one is. One query after the other waits for all of
/// them; here, the last nodes of all queries are fetched while the queries are read, then the
/// services of all queries, and so on.
///
/// What was found is left in each query's scratch, so that the answer needn't look again. Nothing
/// is decided here: answers don't depend on whether a look ahead was taken.
///
/// A worker adds each query of a batch as it reads it, calls ``finish(in:)``, and then answers. It
/// holds the version meanwhile.
@safe
public struct LookAhead: ~Copyable {
    /// Queries that one look can take; more are passed over.
    public static var queryCountMax: Int { 64 }
    /// Levels of the trie whose nodes all queries share, so that a cache holds them.
    private static var levels: Int { 2 }

    @safe
    private struct Query {
        /// The node or service to go on from.
        var step: TrieNode<ServiceRecords>.Step
        var hash: UInt64
        /// Where the key starts in the name.
        var start: Int
        /// Whether ports are asked for, which are behind the addresses.
        var wantsPorts: Bool
        var scratch: QueryScratch
    }

    private let queries: UnsafeMutablePointer<Query>
    private let seed = KeyHash.seed
    private var count = 0

    /// Prepares a worker's look ahead.
    public init() {
        unsafe queries = .allocate(capacity: LookAhead.queryCountMax)
    }

    deinit {
        // SAFETY: allocated in init, owned by this value alone; queries are trivial.
        unsafe queries.deallocate()
    }

    /// Begins to look for the service that a query asks for, if it does ask for one.
    ///
    /// - Parameters:
    ///   - query: The query, as read.
    ///   - scratch: The scratch memory that holds its name, and keeps it until it is answered.
    ///   - snapshot: The version to look in.
    public mutating func add(
        _ query: QueryView,
        _ scratch: QueryScratch,
        in snapshot: ClusterSnapshot
    ) {
        let queries = unsafe self.queries
        guard count < LookAhead.queryCountMax else { return }
        let (start, keyCount) = LookAhead.key(query, scratch)
        guard keyCount > 0 else { return }
        let key = unsafe UnsafeRawPointer(scratch.name + start)
        let hash = unsafe KeyHash.hash(key, count: keyCount, seed: seed)
        let step = snapshot.services.approach(hash, levels: LookAhead.levels)
        let wantsPorts = query.type == TypeCode.srv
        if let object = unsafe step.object {
            // The slots of a node are behind its tags.
            unsafe LookAhead.fetch(object, isLong: wantsPorts || !step.isLeaf)
        }
        // SAFETY: count < queryCountMax.
        unsafe (queries + count).initialize(
            to: Query(
                step: step,
                hash: hash,
                start: start,
                wantsPorts: wantsPorts,
                scratch: scratch
            )
        )
        count &+= 1
    }

    /// Goes on to the services, and leaves in each query's scratch what was found.
    ///
    /// - Returns: How many services were fetched.
    @discardableResult
    public mutating func finish(in snapshot: ClusterSnapshot) -> Int {
        let queries = unsafe self.queries
        let source = unsafe UnsafeRawPointer(Unmanaged.passUnretained(snapshot).toOpaque())
        var found = 0
        for index in 0..<count {
            // SAFETY: `count` queries were initialised; their objects belong to the version that
            // the worker holds.
            let query = unsafe queries + index
            let step = unsafe HashTrie<ServiceRecords>.follow(
                query.pointee.step,
                query.pointee.hash,
                levels: LookAhead.levels
            )
            if let leaf = unsafe step.object {
                // Services with one hash are left to the answer.
                guard step.isLeaf else { continue }
                found &+= 1
                unsafe LookAhead.fetch(leaf, isLong: query.pointee.wantsPorts)
            }
            unsafe query.pointee.scratch.finding = QueryScratch.Finding(
                source: source,
                object: step.object,
                start: query.pointee.start
            )
        }
        count = 0
        return found
    }

    /// Fetches the front of an object: two cache lines, or three.
    @inline(__always)
    private static func fetch(_ object: UnsafeRawPointer, isLong: Bool) {
        // SAFETY: prefetching reads nothing, whatever the address.
        unsafe cpf_prefetch(object)
        unsafe cpf_prefetch(object + 64)
        if isLong { unsafe cpf_prefetch(object + 128) }
    }

    /// Finds the two labels in front of the first `svc` that has as many.
    ///
    /// - Returns: Where they start in the name, and their octets; 0 if the name has no such labels.
    @inline(__always)
    private static func key(
        _ query: QueryView,
        _ scratch: QueryScratch
    ) -> (start: Int, count: Int) {
        let (name, labels) = unsafe (scratch.name, scratch.labels)
        var index = 2
        while index < query.labelCount {
            // SAFETY: a name has fewer labels than the scratch has room for, and there are more
            // than four octets behind the longest name.
            let offset = unsafe Int(labels[index])
            let word = unsafe UnsafeRawPointer(name + offset).loadUnaligned(as: UInt32.self)
            if word == AskedName.service {
                let start = unsafe Int(labels[index &- 2])
                return (start, offset &- start)
            }
            index &+= 1
        }
        return (0, 0)
    }
}
