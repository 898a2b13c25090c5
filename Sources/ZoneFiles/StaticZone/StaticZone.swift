public import DNSWire

/// A zone in memory that never changes: what a zone file says, ready to be asked.
///
/// - SeeAlso: RFC 1034 §4.3.2.
public struct StaticZone: Sendable {
    /// The record sets at a name; none at an empty non-terminal (RFC 8020 §2).
    struct Node {
        var sets: [RecordType: [ResourceRecord]] = [:]

        /// The signatures of the records of a type (RFC 4034 §3.1.1).
        func signatures(of type: RecordType) -> [ResourceRecord] {
            (sets[.rrsig] ?? []).filter { record in
                if case .rrsig(let signature) = record.data {
                    signature.typeCovered == type
                } else {
                    false
                }
            }
        }
    }

    /// The zone's name.
    public let origin: Name
    /// The data of the SOA record.
    public let start: StartOfAuthority
    /// The SOA record as it goes with negative answers (RFC 2308 §3).
    let negativeStart: ResourceRecord
    /// Every name that exists, also those that only have names below them.
    let nodes: [Name: Node]
    /// The names that have records, in canonical order (RFC 4034 §6.1).
    let names: [Name]
    /// The names that have an NSEC record, in canonical order; empty if the zone is not signed.
    let proofs: ProofNames
    /// The same for names that are hashed.
    let hashes: HashedNames

    /// Creates the zone that a zone file describes.
    ///
    /// - Complexity: O(*n*) in the number of records.
    public init(_ zone: ZoneFile) {
        origin = zone.origin
        start = zone.start
        var nodes: [Name: Node] = [zone.origin: Node()]
        hashes = HashedNames(zone)
        for record in zone.records where !HashedNames.isHashed(record) {
            nodes[record.name, default: Node()].sets[record.type, default: []].append(record)
            var name = record.name
            while let parent = name.parent, parent.octets.count > zone.origin.octets.count,
                nodes[parent] == nil
            {
                nodes[parent] = Node()
                name = parent
            }
        }
        for name in Array(nodes.keys) {
            // Signatures live as long as what they sign, which may differ from type to type.
            for (type, set) in nodes[name]?.sets ?? [:] where type != .rrsig {
                nodes[name]?.sets[type] = StaticZone.withEqualTimeToLive(set)
            }
        }
        self.nodes = nodes
        let sorted = CanonicalOrder.sorted(nodes.filter { !$0.value.sets.isEmpty }.keys)
        names = sorted.map(\.name)
        proofs = ProofNames(sorted.filter { nodes[$0.name]?.sets[.nsec] != nil })
        // The first record is the SOA record, as ZoneFile makes sure.
        var negative = ResourceRecord(
            name: zone.origin,
            timeToLive: zone.records.first?.timeToLive ?? 0,
            data: .soa(zone.start)
        )
        negative.timeToLive = min(negative.timeToLive, zone.start.minimum)
        negativeStart = negative
    }

    /// The records of one type at a name, as they stand in the zone.
    public func records(at name: Name, _ type: RecordType) -> [ResourceRecord] {
        nodes[name]?.sets[type] ?? []
    }

    /// The number of names that have records.
    public var nameCount: Int { names.count + hashes.sets.count }

    /// The records at a name by its place in canonical order, hashed names last, from 0 to
    /// ``nameCount`` less one; of the zone's own name without the SOA record.
    public func records(atIndex index: Int) -> [ResourceRecord] {
        guard index < names.count else { return hashes.sets[index - names.count] }
        let sets = nodes[names[index]]?.sets ?? [:]
        return sets.keys.sorted().filter { $0 != .soa }.flatMap { sets[$0] ?? [] }
    }

    /// The SOA record.
    public var startRecord: ResourceRecord? { nodes[origin]?.sets[.soa]?.first }

    /// Gives a set the least TTL of its records: they must be equal (RFC 2181 §5.2).
    private static func withEqualTimeToLive(_ set: [ResourceRecord]) -> [ResourceRecord] {
        let least = set.map(\.timeToLive).min() ?? 0
        return set.map { record in
            var record = record
            record.timeToLive = least
            return record
        }
    }
}
