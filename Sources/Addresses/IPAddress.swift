/// An IP address of either family, without a zone.
///
/// Text is read strictly: an IPv4 part with a leading zero, which other programs read as octal,
/// is refused, as Kubernetes and Go do.
public struct IPAddress: Sendable, Hashable {
    /// The upper 64 bits of an IPv6 address; 0 for IPv4.
    public let high: UInt64
    /// The lower 64 bits of an IPv6 address; the 32 bits of an IPv4 address.
    public let low: UInt64
    /// Whether the address is IP version 4.
    public let isIPv4: Bool

    /// Creates an IPv4 address from its 32 bits, most significant octet first.
    @inlinable
    public init(ipv4 bits: UInt32) {
        high = 0
        low = UInt64(bits)
        isIPv4 = true
    }

    /// Creates an IPv6 address from its 128 bits, most significant first.
    @inlinable
    public init(ipv6High high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
        isIPv4 = false
    }

    /// Creates an address from its 4 or 16 octets in network order; nil for any other count.
    public init?(octets: some Collection<UInt8>) {
        switch octets.count {
        case 4:
            self.init(ipv4: octets.reduce(0) { $0 << 8 | UInt32($1) })
        case 16:
            let high = octets.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let low = octets.dropFirst(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            self.init(ipv6High: high, low: low)
        default:
            return nil
        }
    }

    /// The address in network order: 4 or 16 octets.
    public var octets: [UInt8] {
        if isIPv4 { return (0..<4).map { UInt8(truncatingIfNeeded: low >> (24 - 8 * $0)) } }
        return (0..<16).map { index in
            let word = index < 8 ? high : low
            return UInt8(truncatingIfNeeded: word >> (56 - 8 * (index % 8)))
        }
    }

    /// The number of bits: 32 or 128.
    @inlinable
    public var bitCount: Int { isIPv4 ? 32 : 128 }

    /// The address `count` after this one; nil past the end of the family's range.
    public func advanced(by count: UInt64) -> IPAddress? {
        let (sum, carry) = low.addingReportingOverflow(count)
        if isIPv4 {
            guard !carry, sum <= UInt64(UInt32.max) else { return nil }
            return IPAddress(ipv4: UInt32(sum))
        }
        guard carry else { return IPAddress(ipv6High: high, low: sum) }
        guard high < UInt64.max else { return nil }
        return IPAddress(ipv6High: high + 1, low: sum)
    }
}

extension IPAddress: Comparable {
    /// Orders IPv4 before IPv6, then by number.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        if left.isIPv4 != right.isIPv4 { return left.isIPv4 }
        return (left.high, left.low) < (right.high, right.low)
    }
}
