extension Name {
    /// The name without its leftmost label; nil for the root.
    public var parent: Name? {
        isRoot ? nil : Name(trusted: Array(octets[(1 + Int(octets[0]))...]))
    }

    /// The name with ASCII letters in lower case.
    public var lowercased: Name { Name(trusted: octets.map(ASCIICase.lower)) }

    /// Returns the rightmost `count` labels; the whole name if it has no more.
    public func suffix(labelCount count: Int) -> Name {
        var index = 0
        for _ in 0..<max(0, labelCount - max(0, count)) { index += 1 + Int(octets[index]) }
        return Name(trusted: Array(octets[index...]))
    }

    /// Returns the name with `label` put in front.
    ///
    /// - Throws: `NameError` if the label is empty or too long, or the name gets too long.
    public func prepending(label: some Collection<UInt8>) throws(NameError) -> Name {
        try Name.check(label: label)
        guard octets.count + label.count + 1 <= WireLimits.nameOctetsMax else {
            throw .nameTooLong
        }
        return Name(trusted: [UInt8(truncatingIfNeeded: label.count)] + label + octets)
    }

    /// Returns the name with `label`, taken as it is without escapes, put in front.
    ///
    /// - Throws: `NameError` if the label is empty or too long, or the name gets too long.
    public func prepending(label: String) throws(NameError) -> Name {
        try prepending(label: Array(label.utf8))
    }

    /// Returns the name's labels followed by those of `origin`.
    ///
    /// - Throws: `NameError.nameTooLong` if that has more than 255 octets.
    public func appending(_ origin: Name) throws(NameError) -> Name {
        guard octets.count - 1 + origin.octets.count <= WireLimits.nameOctetsMax else {
            throw .nameTooLong
        }
        return Name(trusted: octets.dropLast() + origin.octets)
    }

    /// Returns the labels left of `ancestor`, as a name; nil if the name isn't at or below it.
    public func removing(suffix ancestor: Name) -> Name? {
        guard isSubdomain(of: ancestor) else { return nil }
        return Name(trusted: octets.dropLast(ancestor.octets.count) + [0])
    }

    /// Returns the name with the suffix `ancestor` replaced by `target`; nil if it isn't below it.
    ///
    /// - Throws: `NameError.nameTooLong` if the result has more than 255 octets (RFC 6672 §2.2).
    public func replacing(suffix ancestor: Name, with target: Name) throws(NameError) -> Name? {
        guard let prefix = removing(suffix: ancestor) else { return nil }
        return try prefix.appending(target)
    }
}
