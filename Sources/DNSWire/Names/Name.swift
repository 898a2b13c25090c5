/// An absolute domain name.
///
/// Kept as its uncompressed wire octets: labels, each after its length, then the root's zero.
/// A label can hold any octet; case is kept, but does not count when names are compared.
///
/// - SeeAlso: RFC 1035 §3.1, RFC 2181 §11, RFC 4343.
public struct Name: Sendable {
    /// The uncompressed wire octets: 1…255, the last is 0.
    public let octets: [UInt8]

    /// Creates a name from octets that are known to be a whole name.
    @usableFromInline
    init(trusted octets: [UInt8]) {
        assert(Name.isWhole(octets), "not the octets of one name")
        self.octets = octets
    }

    /// The root, `.`.
    public static let root = Name(trusted: [0])

    /// Creates a name from its uncompressed wire octets, all of them.
    ///
    /// - Throws: `WireError` if they are not exactly one valid name.
    public init(wire octets: some Collection<UInt8>) throws(WireError) {
        guard octets.count <= WireLimits.nameOctetsMax else { throw .nameTooLong }
        let copy = Array(octets)
        guard Name.isWhole(copy) else { throw .badRecordData }
        self.octets = copy
    }

    /// Creates a name from its labels, the leftmost first, without the root.
    ///
    /// - Throws: `NameError` if a label is empty or too long, or the name is too long.
    public init(labels: some Sequence<some Collection<UInt8>>) throws(NameError) {
        var octets: [UInt8] = []
        for label in labels {
            try Name.check(label: label)
            guard octets.count + label.count + 2 <= WireLimits.nameOctetsMax else {
                throw .nameTooLong
            }
            octets.append(UInt8(truncatingIfNeeded: label.count))
            octets.append(contentsOf: label)
        }
        octets.append(0)
        self.octets = octets
    }

    /// Whether the name is `.`.
    public var isRoot: Bool { octets.count == 1 }

    /// The number of labels, without the root.
    public var labelCount: Int {
        var count = 0
        var index = 0
        while octets[index] != 0 {
            count += 1
            index += 1 + Int(octets[index])
        }
        return count
    }

    /// The labels, leftmost first, without the root and without their lengths.
    public var labels: [ArraySlice<UInt8>] {
        var labels: [ArraySlice<UInt8>] = []
        var index = 0
        while octets[index] != 0 {
            let end = index + 1 + Int(octets[index])
            labels.append(octets[(index + 1)..<end])
            index = end
        }
        return labels
    }

    /// The leftmost label; empty for the root.
    public var firstLabel: ArraySlice<UInt8> { octets[1..<max(1, 1 + Int(octets[0]))] }

    /// Whether the leftmost label is `*` (RFC 4592 §2.1.1).
    public var isWildcard: Bool { octets.count > 2 && octets[0] == 1 && octets[1] == 0x2A }

    /// Whether `octets` are exactly one uncompressed name.
    private static func isWhole(_ octets: [UInt8]) -> Bool {
        guard octets.count <= WireLimits.nameOctetsMax else { return false }
        var index = 0
        while index < octets.count {
            let length = Int(octets[index])
            guard length != 0 else { return index == octets.count - 1 }
            guard length <= WireLimits.labelOctetsMax else { return false }
            index += 1 + length
        }
        return false
    }

    /// Throws if `label` cannot be a label.
    static func check(label: some Collection<UInt8>) throws(NameError) {
        guard !label.isEmpty else { throw .emptyLabel }
        guard label.count <= WireLimits.labelOctetsMax else { throw .labelTooLong }
    }
}
