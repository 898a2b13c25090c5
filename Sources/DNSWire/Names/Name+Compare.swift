extension Name: Hashable {
    /// Whether two names are the same but for ASCII case (RFC 4343 §3).
    public static func == (left: Name, right: Name) -> Bool {
        left.octets.count == right.octets.count
            && left.hasSuffixOctets(of: right, from: 0)
    }

    /// Feeds the octets, with ASCII case folded, into `hasher`.
    public func hash(into hasher: inout Hasher) {
        // Eight octets at a time: the hasher's cost is per call more than per octet.
        var word: UInt64 = 0
        var filled = 0
        for octet in octets {
            word = word << 8 | UInt64(ASCIICase.lower(octet))
            filled += 1
            if filled == 8 {
                hasher.combine(word)
                word = 0
                filled = 0
            }
        }
        hasher.combine(word)
    }

    /// Whether both names have the same octets, upper and lower case told apart.
    public func isIdentical(to other: Name) -> Bool { octets == other.octets }

    /// Whether the name is `ancestor` or below it.
    public func isSubdomain(of ancestor: Name) -> Bool {
        let start = octets.count - ancestor.octets.count
        guard start >= 0 else { return false }
        // The suffix must begin at a label, not inside one.
        var index = 0
        while index < start { index += 1 + Int(octets[index]) }
        return index == start && hasSuffixOctets(of: ancestor, from: start)
    }

    /// Whether the name is below `ancestor` and not equal to it.
    public func isStrictSubdomain(of ancestor: Name) -> Bool {
        octets.count > ancestor.octets.count && isSubdomain(of: ancestor)
    }

    private func hasSuffixOctets(of other: Name, from start: Int) -> Bool {
        for index in 0..<other.octets.count {
            let mine = ASCIICase.lower(octets[start + index])
            guard mine == ASCIICase.lower(other.octets[index]) else { return false }
        }
        return true
    }
}

extension Name: Comparable {
    /// Orders names canonically: label by label from the right, as folded octets.
    ///
    /// - SeeAlso: RFC 4034 §6.1.
    public static func < (left: Name, right: Name) -> Bool {
        let leftLabels = left.labels
        let rightLabels = right.labels
        for (mine, theirs) in zip(leftLabels.reversed(), rightLabels.reversed()) {
            for (first, second) in zip(mine, theirs) {
                let low = ASCIICase.lower(first)
                let high = ASCIICase.lower(second)
                if low != high { return low < high }
            }
            if mine.count != theirs.count { return mine.count < theirs.count }
        }
        return leftLabels.count < rightLabels.count
    }
}
