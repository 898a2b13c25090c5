public import DNSWire

/// A zone in memory that never changes: what a zone file says, ready to be asked.
///
/// - SeeAlso: RFC 1034 §4.3.2.
public struct StaticZone: Sendable {
    /// The record sets at a name; none at an empty non-terminal (RFC 8020 §2).
    struct Node {
        var sets: [RecordType: [ResourceRecord]] = [:]
    }

    /// The zone's name.
    public let origin: Name
    /// The data of the SOA record.
    public let start: StartOfAuthority
    /// The SOA record as it goes with negative answers (RFC 2308 §3).
    let negativeStart: ResourceRecord
    /// Every name that exists, also those that only have names below them.
    let nodes: [Name: Node]

    /// Creates the zone that a zone file describes.
    ///
    /// - Complexity: O(*n*) in the number of records.
    public init(_ zone: ZoneFile) {
        origin = zone.origin
        start = zone.start
        var nodes: [Name: Node] = [zone.origin: Node()]
        for record in zone.records {
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
            for (type, set) in nodes[name]?.sets ?? [:] {
                nodes[name]?.sets[type] = StaticZone.withEqualTimeToLive(set)
            }
        }
        self.nodes = nodes
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
