internal import DNSWire

/// Zones that queries are matched against in the packet path.
///
/// Matching counts no reference.
@safe
struct ZoneList: ~Copyable, Sendable {
    private let owned: [ZoneMatcher]
    private let matchers: PlainArray<Unmanaged<ZoneMatcher>>

    /// Keeps zones in their order.
    init(_ zones: [Name]) {
        owned = zones.map { ZoneMatcher($0) }
        unsafe matchers = PlainArray(owned.map { unsafe .passUnretained($0) })
    }

    /// How many there are.
    var count: Int { owned.count }

    /// Whether a query's name is in the zone with an index.
    func holds(_ index: Int, _ transaction: borrowing Transaction) -> Bool {
        // SAFETY: `owned` holds the matchers for as long as this list.
        unsafe matchers[index]._withUnsafeGuaranteedRef {
            $0.holds(transaction.query, transaction.scratch)
        }
    }

    /// The index of the first zone in a range of them that a query's name is in.
    func first(in range: Range<Int>, holding transaction: borrowing Transaction) -> Int? {
        for index in range where holds(index, transaction) { return index }
        return nil
    }
}
