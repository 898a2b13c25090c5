internal import DNSWire

/// What a signed zone says of what is not there: by NSEC records (RFC 4035 §3.1.3) or by those of
/// hashed names (RFC 5155 §7.2).
extension ZoneSearch {
    /// Whether the proofs are of hashed names.
    private var isHashed: Bool { zone.proofs.isEmpty }

    /// Proves that a name is there without the type; from the wildcard below `closest`, that there
    /// is no closer name either.
    mutating func proveNoType(at name: Name, _ node: StaticZone.Node, wildcardOf closest: Name?) {
        guard isSecure else { return }
        guard isHashed else {
            if let proof = node.sets[.nsec] {
                answer.addProof(proof + node.signatures(of: .nsec))
                if closest != nil { prove(absenceOf: name) }
            } else {
                prove(absenceOf: name)
            }
            return
        }
        if let closest {
            let encloser = proveEncloser(of: name, from: closest.labelCount)
            if let wildcard = try? encloser.prepending(label: "*") {
                answer.addProof(zone.hashes.match(wildcard) ?? [])
            }
        } else if let proof = zone.hashes.match(name) {
            answer.addProof(proof)
        } else {
            // Unsigned delegations may be left out (RFC 5155 §7.2.4).
            _ = proveEncloser(of: name, from: name.labelCount - 1)
        }
    }

    /// Proves that neither a name is there, nor a wildcard that could stand for it.
    mutating func proveNoName(_ name: Name, below closest: Name) {
        guard isSecure else { return }
        guard isHashed else {
            prove(absenceOf: name)
            if let wildcard = try? closest.prepending(label: "*") { prove(absenceOf: wildcard) }
            return
        }
        let encloser = proveEncloser(of: name, from: closest.labelCount)
        if let wildcard = try? encloser.prepending(label: "*") {
            answer.addProof(zone.hashes.cover(wildcard))
        }
    }

    /// Proves that the wildcard below `closest` may stand for a name.
    mutating func proveExpansion(of name: Name, below closest: Name) {
        guard isSecure else { return }
        guard isHashed else { return prove(absenceOf: name) }
        answer.addProof(zone.hashes.cover(name.suffix(labelCount: closest.labelCount + 1)))
    }

    /// Proves that a delegation has no DS record.
    mutating func proveUnsigned(_ cut: Name, _ node: StaticZone.Node) {
        guard isSecure else { return }
        guard isHashed else {
            guard let proof = node.sets[.nsec] else { return }
            return answer.addProof(proof + node.signatures(of: .nsec))
        }
        if let proof = zone.hashes.match(cut) {
            answer.addProof(proof)
        } else {
            _ = proveEncloser(of: cut, from: cut.labelCount - 1)
        }
    }

    /// Adds the record that says that there is nothing at a name.
    private mutating func prove(absenceOf name: Name) {
        guard let owner = zone.proofs.name(before: name), let node = zone.nodes[owner]
        else { return }
        answer.addProof((node.sets[.nsec] ?? []) + node.signatures(of: .nsec))
    }

    /// Proves which is the closest name above a name, as far as can be proved (RFC 5155 §7.2.1).
    ///
    /// - Returns: That name.
    private mutating func proveEncloser(of name: Name, from labelCount: Int) -> Name {
        for count in stride(from: labelCount, through: zone.origin.labelCount, by: -1) {
            let encloser = name.suffix(labelCount: count)
            guard let proof = zone.hashes.match(encloser) else { continue }
            answer.addProof(proof)
            answer.addProof(zone.hashes.cover(name.suffix(labelCount: count + 1)))
            return encloser
        }
        return zone.origin
    }
}
