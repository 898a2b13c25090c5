/// A block of addresses: a prefix and its length.
public struct CIDRBlock: Sendable, Hashable, CustomStringConvertible {
    /// The first address; its host bits are zero.
    public let base: IPAddress
    /// The number of fixed bits, 0…32 or 0…128.
    public let prefixLength: Int

    /// Creates the block of `prefixLength` bits that holds `address`; nil if the length is wrong.
    public init?(_ address: IPAddress, prefixLength: Int) {
        guard (0...address.bitCount).contains(prefixLength) else { return nil }
        let hostBits = address.bitCount - prefixLength
        if address.isIPv4 {
            let mask = hostBits == 32 ? 0 : UInt32.max << UInt32(hostBits)
            base = IPAddress(ipv4: UInt32(truncatingIfNeeded: address.low) & mask)
        } else {
            let lowMask = hostBits >= 64 ? 0 : UInt64.max << UInt64(hostBits)
            let highHost = max(0, hostBits - 64)
            let highMask = highHost >= 64 ? 0 : UInt64.max << UInt64(highHost)
            base = IPAddress(ipv6High: address.high & highMask, low: address.low & lowMask)
        }
        self.prefixLength = prefixLength
    }

    /// Reads a block from text like `10.96.0.0/16`, masking host bits; nil if it isn't one.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(String(parts[0])),
            (1...3).contains(parts[1].utf8.count),
            parts[1].utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
            let length = Int(parts[1])
        else { return nil }
        self.init(address, prefixLength: length)
    }

    /// The block as `BASE/LENGTH`.
    public var description: String { "\(base)/\(prefixLength)" }

    /// The last address of the block.
    public var last: IPAddress {
        let hostBits = base.bitCount - prefixLength
        if base.isIPv4 {
            let mask = hostBits == 32 ? UInt32.max : (1 << UInt32(hostBits)) - 1
            return IPAddress(ipv4: UInt32(truncatingIfNeeded: base.low) | mask)
        }
        let lowMask = hostBits >= 64 ? UInt64.max : (1 << UInt64(hostBits)) - 1
        let highHost = max(0, hostBits - 64)
        let highMask = highHost >= 64 ? UInt64.max : (1 << UInt64(highHost)) - 1
        return IPAddress(ipv6High: base.high | highMask, low: base.low | lowMask)
    }

    /// The number of addresses, or `UInt64.max` if it does not fit.
    public var count: UInt64 {
        let hostBits = base.bitCount - prefixLength
        return hostBits >= 64 ? UInt64.max : 1 << UInt64(hostBits)
    }

    /// Whether the block holds `address`; never true across families.
    public func contains(_ address: IPAddress) -> Bool {
        address.isIPv4 == base.isIPv4 && base <= address && address <= last
    }
}
