internal import Synchronization

/// What the waiting queries of one worker and one configuration have in common, and those of them
/// that can be used again.
///
/// Each query holds its home, and so the configuration that it came to: a reload in between doesn't
/// touch it. When the worker goes on to another configuration it closes the home, which then keeps
/// nothing any more.
final class PendingHome: Sendable {
    /// The configuration.
    let configuration: ServingConfiguration
    /// The routes of the worker's listener.
    let table: RoutingTable
    private let stock = Mutex(Stock())

    private struct Stock {
        var queries = PendingList()
        var isClosed = false
    }

    /// Makes a home without queries.
    init(_ configuration: ServingConfiguration, _ table: RoutingTable) {
        self.configuration = configuration
        self.table = table
    }

    /// Takes all queries that can be used again.
    func takeStock() -> PendingList {
        stock.withLock { stock in
            defer { stock.queries = PendingList() }
            return stock.queries
        }
    }

    /// Puts back queries that have been answered.
    func giveBack(_ queries: PendingList) {
        let surplus = stock.withLock { stock -> PendingList in
            var rest = queries
            guard !stock.isClosed else { return rest }
            while stock.queries.count < Limits.pendingStockMax, let query = unsafe rest.popFirst() {
                unsafe stock.queries.append(query)
            }
            return rest
        }
        surplus.free()
    }

    /// Keeps no query any more.
    func close() {
        let queries = stock.withLock { stock in
            stock.isClosed = true
            defer { stock.queries = PendingList() }
            return stock.queries
        }
        queries.free()
    }
}

/// Queries in a row, each of which leads to the next; a query is in one list at a time.
///
/// Whoever has the list owns its queries. It counts no references: adding, taking and handing over
/// are a few moves of pointers.
// Sendable: as for the queries; one thread has the list at a time.
@safe
struct PendingList: @unchecked Sendable {
    // SAFETY, for all uses: a query in the list was retained when it was made, and nobody releases
    // it but `free()`, which is called by the list's owner.
    private var first: Unmanaged<PendingQuery>?
    private var last: Unmanaged<PendingQuery>?
    /// How many there are.
    private(set) var count = 0

    /// Whether there are none.
    var isEmpty: Bool { count == 0 }

    /// The home of the first one.
    var home: PendingHome? { unsafe first?._withUnsafeGuaranteedRef { $0.home } }

    /// Makes a query and adds it.
    static func make(_ home: PendingHome) -> Unmanaged<PendingQuery> {
        unsafe .passRetained(PendingQuery(home))
    }

    /// Adds a query at the end.
    mutating func append(_ query: Unmanaged<PendingQuery>) {
        unsafe query._withUnsafeGuaranteedRef { $0.next = nil }
        if let last = unsafe last {
            unsafe last._withUnsafeGuaranteedRef { unsafe $0.next = query }
        } else {
            unsafe first = query
        }
        unsafe last = query
        count += 1
    }

    /// Takes the first query out.
    mutating func popFirst() -> Unmanaged<PendingQuery>? {
        guard let query = unsafe first else { return nil }
        unsafe first = query._withUnsafeGuaranteedRef { $0.next }
        if unsafe first == nil { unsafe last = nil }
        count -= 1
        return unsafe query
    }

    /// Lets go of all queries.
    func free() {
        var rest = self
        while let query = unsafe rest.popFirst() { unsafe query.release() }
    }
}
