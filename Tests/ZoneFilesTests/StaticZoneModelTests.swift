import DNSWire
import Testing
import ZoneFiles

/// A zone as a plain list of records, searched from end to end: slow, but plainly right.
private struct Model {
    let origin: Name
    let records: [ResourceRecord]

    /// A name exists if it, or a name below it, has a record (RFC 8020 §2).
    func exists(_ name: Name) -> Bool { records.contains { $0.name.isSubdomain(of: name) } }

    func data(_ name: Name, _ type: RecordType) -> Set<RecordData> {
        Set(records.filter { $0.name == name && $0.type == type }.map(\.data))
    }

    func outcome(_ name: Name, _ type: RecordType) -> (ZoneAnswer.Outcome, Set<RecordData>) {
        let ancestors = (origin.labelCount...name.labelCount).map(name.suffix(labelCount:))
        for ancestor in ancestors.dropFirst() where !(ancestor == name && type == .ds) {
            let servers = data(ancestor, .ns)
            if !servers.isEmpty, exists(ancestor) { return (.delegation, servers) }
        }
        var source = name
        if !exists(name) {
            guard let encloser = ancestors.last(where: exists),
                let wildcard = try? encloser.prepending(label: "*"), exists(wildcard)
            else { return (.nameError, []) }
            source = wildcard
        }
        let found = data(source, type)
        return found.isEmpty ? (.noData, []) : (.answer, found)
    }
}

@Suite("Answers from zones, beside a plain model")
struct StaticZoneModelTests {
    private static let origin = Name("z.test") ?? .root

    /// All names of up to three labels of `a`, `b` and `*` below the origin.
    private static let names: [Name] = {
        var names = [origin]
        var level = [origin]
        for _ in 0..<3 {
            level = level.flatMap { name in
                ["a", "B", "*"].compactMap { try? name.prepending(label: $0) }
            }
            names += level
        }
        return names
    }()

    @Test(arguments: 0..<60)
    func `each question about each small name has the outcome of the model`(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func pick(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        let start = try ResourceRecord(parsing: "z.test. 5 IN SOA a. b. 1 2 3 4 5")
        let data = try ["A 192.0.2.1", "A 192.0.2.2", "TXT x", "NS ns.other.", "NS ns2.other."]
            .map { try ResourceRecord(parsing: "x. 5 IN \($0)").data }
        var records = [start]
        for _ in 0..<(1 + pick(8)) {
            // Servers are rarer than addresses, or nearly everything would be delegated.
            let kind = pick(3) == 0 ? pick(data.count) : pick(3)
            let name = Self.names[pick(Self.names.count)]
            records.append(ResourceRecord(name: name, timeToLive: 5, data: data[kind]))
        }
        let file = try ZoneFile(records: records)
        let zone = StaticZone(file)
        let model = Model(origin: Self.origin, records: file.records)
        for name in Self.names {
            for type in [RecordType.a, .txt, .ns, .ds, .aaaa] {
                let answer = zone.lookup(name, type)
                let (outcome, found) = model.outcome(name, type)
                #expect(answer.outcome == outcome, "\(name) \(type) in \(file.text)")
                let section = outcome == .delegation ? answer.authorities : answer.answers
                #expect(Set(section.map(\.data)) == found, "\(name) \(type) in \(file.text)")
                if outcome == .answer { #expect(answer.answers.allSatisfy { $0.name == name }) }
            }
        }
    }
}
