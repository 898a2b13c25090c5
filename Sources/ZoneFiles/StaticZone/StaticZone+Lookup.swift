public import DNSWire

extension StaticZone {
    /// Answers a question, following aliases inside the zone.
    ///
    /// - Parameters:
    ///   - name: The name in question.
    ///   - type: The type in question.
    ///   - isSecure: Whether the signatures and proofs that the zone holds are answered too
    ///     (RFC 4035 §3.1).
    /// - Returns: What the zone has to say.
    /// - Complexity: O(labels) for each alias followed, of which there are at most eight; with
    ///   proofs O(log *n*) in the names of the zone.
    public func lookup(
        _ name: Name,
        _ type: RecordType,
        isSecure: Bool = false
    ) -> ZoneAnswer {
        let hasProofs = !proofs.isEmpty || !hashes.isEmpty
        var search = ZoneSearch(zone: self, type: type, isSecure: isSecure && hasProofs)
        search.run(from: name)
        return search.answer
    }
}

/// One question on its way through a zone (RFC 1034 §4.3.2).
struct ZoneSearch {
    let zone: StaticZone
    let type: RecordType
    /// Whether signatures and proofs are answered too.
    let isSecure: Bool
    var answer = ZoneAnswer(outcome: .outsideZone)
    private var visited: Set<Name> = []

    init(zone: StaticZone, type: RecordType, isSecure: Bool) {
        self.zone = zone
        self.type = type
        self.isSecure = isSecure
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
                refer(to: servers, at: ancestor, node)
                return nil
            }
            if !isName, let alias = node.sets[.dname]?.first {
                return stepIntoSubtree(name, alias: alias, node)
            }
            if isName { return stepExisting(name, node: node, wildcardOf: nil) }
        }
        return nil
    }

    /// Answers from a node; from the wildcard below `closest`, with the name in its place
    /// (RFC 4592 §3.3).
    private mutating func stepExisting(
        _ name: Name,
        node: StaticZone.Node,
        wildcardOf closest: Name?
    ) -> Name? {
        let isWildcard = closest != nil
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
            answer.answers += placed([alias] + signatures(node, .cname))
            if let closest { proveExpansion(of: name, below: closest) }
            return target
        }
        let found =
            type == .any
            ? node.sets.keys.sorted().flatMap { node.sets[$0] ?? [] } : node.sets[type] ?? []
        guard !found.isEmpty else {
            end(.noData)
            proveNoType(at: name, node, wildcardOf: closest)
            return nil
        }
        answer.outcome = .answer
        answer.answers += placed(found)
        if type != .any, type != .rrsig { answer.answers += placed(signatures(node, type)) }
        if let closest { proveExpansion(of: name, below: closest) }
        addAddresses(for: found)
        return nil
    }

    /// Answers for a name that isn't there: from a wildcard below the closest encloser, or not.
    private mutating func stepMissing(_ name: Name, below closest: Name) -> Name? {
        guard let wildcard = try? closest.prepending(label: "*"), let node = zone.nodes[wildcard]
        else {
            end(.nameError)
            proveNoName(name, below: closest)
            return nil
        }
        return stepExisting(name, node: node, wildcardOf: closest)
    }

    /// Follows a DNAME, with the CNAME that it stands for (RFC 6672 §3.1).
    private mutating func stepIntoSubtree(
        _ name: Name,
        alias: ResourceRecord,
        _ node: StaticZone.Node
    ) -> Name? {
        guard case .dname(let subtree) = alias.data else { return nil }
        if !answer.answers.contains(alias) {
            answer.answers += [alias] + signatures(node, .dname)
        }
        guard let target = try? name.replacing(suffix: alias.name, with: subtree) else {
            answer.outcome = .aliasTooLong
            return nil
        }
        answer.answers.append(
            ResourceRecord(name: name, timeToLive: alias.timeToLive, data: .cname(target))
        )
        return target
    }

    private mutating func refer(
        to servers: [ResourceRecord],
        at cut: Name,
        _ node: StaticZone.Node
    ) {
        answer.outcome = .delegation
        answer.authorities = servers + (node.sets[.ds] ?? []) + signatures(node, .ds)
        if node.sets[.ds] == nil { proveUnsigned(cut, node) }
        addAddresses(for: servers)
    }

    private mutating func end(_ outcome: ZoneAnswer.Outcome) {
        answer.outcome = outcome
        answer.authorities = [zone.negativeStart]
        guard isSecure, let apex = zone.nodes[zone.origin] else { return }
        answer.authorities += apex.signatures(of: .soa).map { record in
            var record = record
            record.timeToLive = zone.negativeStart.timeToLive
            return record
        }
    }

    /// The signatures of a type at a node, where they are wanted.
    private func signatures(_ node: StaticZone.Node, _ type: RecordType) -> [ResourceRecord] {
        isSecure ? node.signatures(of: type) : []
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
