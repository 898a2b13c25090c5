public import DNSWire

extension StaticZone {
    /// Answers a question, following aliases inside the zone.
    ///
    /// - Complexity: O(labels) for each alias followed, of which there are at most eight.
    public func lookup(_ name: Name, _ type: RecordType) -> ZoneAnswer {
        var search = Search(zone: self, type: type)
        search.run(from: name)
        return search.answer
    }
}

/// One question on its way through a zone (RFC 1034 §4.3.2).
private struct Search {
    let zone: StaticZone
    let type: RecordType
    var answer = ZoneAnswer(outcome: .outsideZone)
    private var visited: Set<Name> = []

    init(zone: StaticZone, type: RecordType) {
        self.zone = zone
        self.type = type
    }

    mutating func run(from name: Name) {
        guard name.isSubdomain(of: zone.origin) else { return }
        var name = name
        while visited.count <= ZoneFileLimits.aliasCountMax {
            // A circle of aliases ends where it closes, with the chain as the answer.
            guard visited.insert(name).inserted else { break }
            guard let target = step(name) else { return }
            guard target.isSubdomain(of: zone.origin) else {
                answer.unresolvedTarget = target
                break
            }
            name = target
        }
        answer.outcome = .answer
    }

    /// Answers for one name; returns the next name if it is an alias, nil at the end.
    private mutating func step(_ name: Name) -> Name? {
        var closest = zone.origin
        for labelCount in zone.origin.labelCount...name.labelCount {
            let ancestor = name.suffix(labelCount: labelCount)
            guard let node = zone.nodes[ancestor] else { return stepMissing(name, below: closest) }
            closest = ancestor
            let isName = labelCount == name.labelCount
            // A cut: DS alone belongs to the parent's side (RFC 4035 §3.1.4.1).
            if labelCount > zone.origin.labelCount, let servers = node.sets[.ns],
                !(isName && type == .ds)
            {
                refer(to: servers, node: node)
                return nil
            }
            if !isName, let alias = node.sets[.dname]?.first {
                return stepIntoSubtree(name, alias: alias)
            }
            if isName { return stepExisting(name, node: node, isWildcard: false) }
        }
        return nil
    }

    /// Answers from a node; from a wildcard, with the name in its place (RFC 4592 §3.3).
    private mutating func stepExisting(
        _ name: Name,
        node: StaticZone.Node,
        isWildcard: Bool
    ) -> Name? {
        let placed = { (records: [ResourceRecord]) in
            isWildcard
                ? records.map { record in
                    var record = record
                    record.name = name
                    return record
                } : records
        }
        // A signature or proof beside an alias is not the alias' (RFC 4034 §3, §4).
        let asksForAlias = [.cname, .any, .rrsig, .nsec].contains(type)
        if !asksForAlias, let alias = node.sets[.cname]?.first, case .cname(let target) = alias.data
        {
            answer.answers += placed([alias])
            return target
        }
        let found =
            type == .any
            ? node.sets.keys.sorted().flatMap { node.sets[$0] ?? [] } : node.sets[type] ?? []
        guard !found.isEmpty else {
            end(.noData)
            return nil
        }
        answer.outcome = .answer
        answer.answers += placed(found)
        addAddresses(for: found)
        return nil
    }

    /// Answers for a name that isn't there: from a wildcard below the closest encloser, or not.
    private mutating func stepMissing(_ name: Name, below closest: Name) -> Name? {
        guard let wildcard = try? closest.prepending(label: "*"), let node = zone.nodes[wildcard]
        else {
            end(.nameError)
            return nil
        }
        return stepExisting(name, node: node, isWildcard: true)
    }

    /// Follows a DNAME, with the CNAME that it stands for (RFC 6672 §3.1).
    private mutating func stepIntoSubtree(_ name: Name, alias: ResourceRecord) -> Name? {
        guard case .dname(let subtree) = alias.data else { return nil }
        if !answer.answers.contains(alias) { answer.answers.append(alias) }
        guard let target = try? name.replacing(suffix: alias.name, with: subtree) else {
            answer.outcome = .aliasTooLong
            return nil
        }
        answer.answers.append(
            ResourceRecord(name: name, timeToLive: alias.timeToLive, data: .cname(target))
        )
        return target
    }

    private mutating func refer(to servers: [ResourceRecord], node: StaticZone.Node) {
        answer.outcome = .delegation
        answer.authorities = servers + (node.sets[.ds] ?? [])
        addAddresses(for: servers)
    }

    private mutating func end(_ outcome: ZoneAnswer.Outcome) {
        answer.outcome = outcome
        answer.authorities = [zone.negativeStart]
    }

    /// Adds what the zone knows of the addresses of the names that `records` mention.
    private mutating func addAddresses(for records: [ResourceRecord]) {
        // Only ANY can already have brought the addresses of a name that it mentions.
        let known = Set(type == .any ? answer.answers : [])
        var seen: Set<Name> = []
        for name in records.compactMap(\.data.additionalName) where seen.insert(name).inserted {
            guard let node = zone.nodes[name] else { continue }
            let addresses = (node.sets[.a] ?? []) + (node.sets[.aaaa] ?? [])
            answer.additionals += addresses.filter { !known.contains($0) }
        }
    }
}
