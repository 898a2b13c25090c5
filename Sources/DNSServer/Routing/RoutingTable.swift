internal import ClusterView
internal import DNSWire
internal import Plugins

/// Which server block answers for a name: the one with the longest matching zone.
///
/// `@unchecked Sendable`: the table is made in `init`, never written after it, and freed in
/// `deinit`; matchers and chains are held strongly by `routes`.
@safe
final class RoutingTable: Resolver, @unchecked Sendable {
    @safe
    private struct Entry {
        let matcher: Unmanaged<ZoneMatcher>
        let chain: Unmanaged<PluginChain>
        let labelCount: Int
    }

    /// The routes, those with more labels first.
    let routes: [Route]
    private let matchers: [ZoneMatcher]
    private let entries: UnsafeMutableBufferPointer<Entry>

    /// Makes the table.
    init(_ routes: [Route]) {
        let sorted = routes.sorted { $0.zone.labelCount > $1.zone.labelCount }
        self.routes = sorted
        matchers = sorted.map { ZoneMatcher($0.zone) }
        unsafe entries = .allocate(capacity: max(1, sorted.count))
        for (index, route) in sorted.enumerated() {
            unsafe entries.initializeElement(
                at: index,
                to: Entry(
                    matcher: .passUnretained(matchers[index]),
                    chain: .passUnretained(route.chain),
                    labelCount: route.zone.labelCount
                )
            )
        }
        super.init()
    }

    deinit {
        unsafe entries.deallocate()
    }

    /// Finds the chain for a query.
    ///
    /// A question for DS at a zone's own name belongs to the parent zone, if that is served here
    /// too (RFC 4035 §3.1.4.1).
    ///
    /// - Returns: The chain, not retained: the table holds it. Nil if no zone matches.
    func chain(for query: QueryView, _ scratch: QueryScratch) -> Unmanaged<PluginChain>? {
        var atApex: Unmanaged<PluginChain>?
        for index in 0..<routes.count {
            // SAFETY: the table has one entry per route.
            let entry = unsafe entries[index]
            guard unsafe entry.matcher._withUnsafeGuaranteedRef({ $0.holds(query, scratch) }) else {
                continue
            }
            if query.type == RecordType.ds.rawValue, entry.labelCount == query.labelCount,
                unsafe atApex == nil, entry.labelCount > 0
            {
                unsafe atApex = entry.chain
                continue
            }
            return unsafe entry.chain
        }
        return unsafe atApex
    }

    override func resolve(
        _ question: Question,
        for client: ClientAddress,
        snapshots: UnsafeBufferPointer<Unmanaged<ClusterSnapshot>>,
        depth: Int
    ) -> Message? {
        guard depth < Limits.depthMax,
            let request = try? Message(header: Header(id: 0), questions: [question]).encoded()
        else { return nil }
        let main = QueryScratch.Storage()
        let spare = QueryScratch.Storage()
        var buffer = [UInt8](repeating: 0, count: Limits.streamOctetsMax)
        let count = unsafe request.withUnsafeBytes { request in
            unsafe buffer.withUnsafeMutableBytes { buffer in
                let exchange = unsafe Exchange(
                    request: request,
                    buffer: buffer,
                    client: client,
                    transport: .tcp
                )
                return unsafe answer(
                    exchange,
                    scratch: main.scratch,
                    spare: spare.scratch,
                    random: 0,
                    snapshots: snapshots,
                    depth: depth
                )
            }
        }
        return try? Message(decoding: Array(buffer[..<count]))
    }
}
