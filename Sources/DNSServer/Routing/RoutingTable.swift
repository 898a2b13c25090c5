internal import ClusterView
internal import DNSWire
internal import Plugins

/// Which server block answers for a name: the one with the longest matching zone whose `view`, if
/// it has one, takes the query.
///
/// `@unchecked Sendable`: the table is made in `init`, never written after it, and freed in
/// `deinit`; matchers, chains and infos are held strongly by `matchers` and `routes`.
@safe
final class RoutingTable: Resolver, @unchecked Sendable {
    @safe
    private struct Entry {
        let zone: ZoneSuffix
        let target: Target
        /// Whether plugins are asked what they know of the query before anything else.
        let hasMetadata: Bool
        /// Whether a `view` decides.
        let isFiltered: Bool
    }

    /// A chain, and what is known of the way to it; not counted, the table holds them.
    @safe
    struct Target {
        let chain: Unmanaged<PluginChain>
        let info: Unmanaged<RouteInfo>
    }

    /// The routes, those with more labels first, else in the order of the Corefile.
    let routes: [Route]
    /// Whether a block takes questions of classes other than IN.
    let takesOtherClasses: Bool
    private let matchers: [ZoneMatcher]
    private let entries: UnsafeMutablePointer<Entry>
    private let entryCount: Int
    /// The counters of queries that no block takes; nil without `prometheus`.
    private let dropped: RequestCounters?

    /// Makes the table.
    init(_ routes: [Route], dropped: RequestCounters? = nil) {
        let sorted = routes.enumerated().sorted {
            ($1.element.zone.labelCount, $0.offset) < ($0.element.zone.labelCount, $1.offset)
        }.map(\.element)
        self.routes = sorted
        self.dropped = dropped
        takesOtherClasses = routes.contains {
            $0.settings.takesChaosClass || $0.settings.takesOtherClasses
        }
        matchers = sorted.map { ZoneMatcher($0.zone) }
        entryCount = sorted.count
        unsafe entries = .allocate(capacity: sorted.count)
        for (index, route) in sorted.enumerated() {
            unsafe (entries + index).initialize(
                to: Entry(
                    zone: matchers[index].suffix,
                    target: Target(
                        chain: .passUnretained(route.chain),
                        info: .passUnretained(route.info)
                    ),
                    hasMetadata: !route.settings.metadataZones.isEmpty,
                    isFiltered: route.settings.view != nil
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
    func target(for transaction: inout Transaction) -> Target? {
        var atApex: Target?
        for index in 0..<entryCount {
            // SAFETY: the table has one entry per route; `matchers` holds the zones' names.
            let entry = unsafe entries + index
            guard unsafe entry.pointee.zone.holds(transaction.query, transaction.scratch) else {
                continue
            }
            if unsafe entry.pointee.hasMetadata || entry.pointee.isFiltered,
                !accepts(index, &transaction)
            {
                continue
            }
            if transaction.query.type == 43, atApex == nil, transaction.query.labelCount > 0,
                unsafe entry.pointee.zone.labelCount == transaction.query.labelCount
            {
                unsafe atApex = entry.pointee.target
                continue
            }
            return unsafe entry.pointee.target
        }
        return atApex
    }

    /// Lets plugins tell what they know of a query, then asks the block's `view`.
    private func accepts(_ index: Int, _ transaction: inout Transaction) -> Bool {
        let route = routes[index]
        let zones = route.settings.metadataZones
        if !zones.isEmpty {
            let name = transaction.questionName
            if zones.contains(where: { name.isSubdomain(of: $0) }) {
                for plugin in route.chain.plugins { plugin.addMetadata(to: &transaction) }
            }
        }
        guard let view = route.settings.view else { return true }
        return view.accepts(transaction)
    }

    /// Counts a query that no block takes.
    func countDropped(_ transaction: borrowing Transaction) {
        dropped?.countDropped(transaction)
    }

    override func answer(
        _ request: UnsafeRawBufferPointer,
        in space: borrowing QuerySpace,
        origin: QueryOrigin,
        desk: UnsafeMutablePointer<WorkerDesk>
    ) -> ChainReply {
        var query = QueryView()
        guard unsafe query.read(request, scratch: space.scratch) == .answer else {
            return .code(.formatError)
        }
        var transaction = unsafe Transaction(
            query: query,
            request: request,
            scratch: space.scratch,
            spare: space.spare,
            response: ResponseWriter(
                answering: query,
                request: request,
                into: space.buffer,
                limit: space.buffer.count,
                payloadOctets: UInt16(Limits.udpPayloadOctets)
            ),
            origin: origin,
            desk: desk,
            resolver: .passUnretained(self)
        )
        let disposition = route(&transaction)
        guard disposition == .written else { return .code(disposition) }
        return .message(transaction.response.octets(answering: query))
    }
}
