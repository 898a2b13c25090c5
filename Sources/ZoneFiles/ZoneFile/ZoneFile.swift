public import DNSWire

/// A zone: one SOA record at its apex, and records at and below it.
///
/// - SeeAlso: RFC 1035 §5.
public struct ZoneFile: Equatable, Sendable {
    /// The zone's name, where its SOA record is.
    public let origin: Name
    /// The records, the SOA record first, then in the order of the file; none twice.
    public let records: [ResourceRecord]
    /// The data of the SOA record.
    public let start: StartOfAuthority
    /// The files that the zone file includes, each once.
    public internal(set) var includedFiles: [String] = []

    /// Creates a zone of records, in any order.
    ///
    /// - Parameters:
    ///   - records: The records; equal ones are kept once (RFC 2181 §5).
    ///   - origin: The zone's name; nil takes that of the SOA record.
    ///   - name: What errors call the zone, if not by its name.
    /// - Throws: `ZoneFileError` without a line if they don't make a zone.
    public init(
        records: [ResourceRecord],
        origin: Name? = nil,
        name: String? = nil
    ) throws(ZoneFileError) {
        try self.init(
            records: records.map { PlacedRecord(record: $0) },
            origin: origin,
            file: name ?? origin?.description ?? "zone"
        )
    }

    /// Checks what makes records a zone, and puts the SOA record first.
    init(
        records: [PlacedRecord],
        origin: Name?,
        file: String
    ) throws(ZoneFileError) {
        func error(_ problem: ZoneFileError.Problem, _ place: PlacedRecord? = nil) -> ZoneFileError
        {
            ZoneFileError(file: place?.file ?? file, line: place?.line, problem: problem)
        }
        guard let first = records.firstIndex(where: { $0.record.type == .soa }),
            case .soa(let start) = records[first].record.data
        else { throw error(.noStart) }
        let apex = records[first].record.name
        if let origin, origin != apex {
            throw error(.startElsewhere(found: apex, expected: origin), records[first])
        }
        var kept = [records[first].record]
        var seen: Set<Identity> = []
        var aliases: Set<Name> = []
        var others: Set<Name> = [apex]
        var hashed: PlacedRecord?
        var hasParameters = false
        for (index, place) in records.enumerated() where index != first {
            let record = place.record
            guard record.type != .soa else { throw error(.secondStart, place) }
            guard record.name.isSubdomain(of: apex) else {
                throw error(.outsideZone(record.name, zone: apex), place)
            }
            if let problem = ZoneFile.hashProblem(record) { throw error(problem, place) }
            if record.type == .nsec3 { hashed = hashed ?? place }
            if record.type == .nsec3param, record.name == apex { hasParameters = true }
            guard seen.insert(Identity(name: record.name, data: record.data)).inserted else {
                continue
            }
            if record.type == .cname {
                let isFirst = aliases.insert(record.name).inserted
                guard isFirst, !others.contains(record.name) else {
                    throw error(.aliasWithOthers(record.name), place)
                }
            } else if record.type != .rrsig, record.type != .nsec {
                others.insert(record.name)
                guard !aliases.contains(record.name) else {
                    throw error(.aliasWithOthers(record.name), place)
                }
            }
            kept.append(record)
        }
        if let hashed, !hasParameters { throw error(.hashesWithoutParameters, hashed) }
        self.origin = apex
        self.records = kept
        self.start = start
    }

    /// What is wrong with the hash that a record tells of; nil if nothing is.
    private static func hashProblem(_ record: ResourceRecord) -> ZoneFileError.Problem? {
        let (algorithm, iterations): (UInt8, UInt16)
        switch record.data {
        case .nsec3(let data): (algorithm, iterations) = (data.algorithm, data.iterations)
        case .nsec3param(let data): (algorithm, iterations) = (data.algorithm, data.iterations)
        default: return nil
        }
        guard algorithm == HashedNames.algorithm else { return .unknownHash(algorithm) }
        guard iterations <= ZoneFileLimits.hashIterationsMax else {
            return .tooManyIterations(iterations)
        }
        return nil
    }

    /// What makes two records of one class the same, their TTL aside (RFC 2181 §5).
    private struct Identity: Hashable {
        let name: Name
        let data: RecordData
    }

    /// The zone as a zone file: the SOA record first, each record on one line, names absolute.
    ///
    /// `named-checkzone` and `ldns-read-zone` read it back to the same records.
    public var text: String { records.map { "\($0)\n" }.joined() }
}
