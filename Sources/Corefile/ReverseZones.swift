public import Addresses

/// The zones under `in-addr.arpa` and `ip6.arpa` that hold a block of addresses.
public enum ReverseZones {
    /// The zones that cover exactly a block, with final dots.
    ///
    /// A block that ends inside of an octet (IPv4) or a nibble (IPv6) is several zones: a /22 is
    /// four, a /28 is sixteen.
    public static func zones(of block: CIDRBlock) -> [String] {
        let unit = block.base.isIPv4 ? 8 : 4
        let unitCount = (block.prefixLength + unit - 1) / unit
        let free = unitCount * unit - block.prefixLength
        let octets = block.base.octets
        return (0..<(1 << free)).map { number in
            var units = units(octets, unit).prefix(unitCount)
            if let last = units.popLast() { units.append(last | UInt8(number)) }
            let labels = units.reversed().map { String($0, radix: unit == 8 ? 10 : 16) }
            return (labels + [unit == 8 ? "in-addr.arpa." : "ip6.arpa."]).joined(separator: ".")
        }
    }

    private static func units(_ octets: [UInt8], _ bits: Int) -> [UInt8] {
        bits == 8 ? octets : octets.flatMap { [$0 >> 4, $0 & 0xF] }
    }
}
