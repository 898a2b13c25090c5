internal import Addresses
internal import DNSWire

/// What a hosts file says, while it is read.
struct HostsEntries {
    /// What is known at one name.
    struct Row {
        /// IPv4 addresses in network order, back to back.
        var ipv4: [UInt8] = []
        /// IPv6 addresses likewise.
        var ipv6: [UInt8] = []
        /// Names that the address of this reverse name has, in wire form, back to back.
        var pointers: [UInt8] = []
    }

    /// The rows, by name in wire form, lower case.
    private(set) var rows: [[UInt8]: Row] = [:]
    /// The addresses and the names of addresses.
    private(set) var count = 0
    /// Whether there are names with `*` as their first label.
    private(set) var hasWildcards = false
    private let zones: [Name]
    private let hasReverse: Bool

    /// Starts without entries; names outside of `zones` will be left out.
    init(zones: [Name], hasReverse: Bool) {
        self.zones = zones
        self.hasReverse = hasReverse
    }

    /// Reads the text of a hosts file (hosts(5)); lines that make no sense are left out.
    mutating func read(_ octets: [UInt8]) {
        for line in octets.split(separator: UInt8(ascii: "\n")) { read(line: line) }
    }

    /// Reads a line: an address, then names; `#` begins a comment.
    mutating func read(line: ArraySlice<UInt8>) {
        let fields = line.prefix { $0 != UInt8(ascii: "#") }
            .split { $0 == UInt8(ascii: " ") || (9...13).contains($0) }
        guard fields.count > 1, let address = HostsEntries.address(fields[0]) else { return }
        for field in fields.dropFirst() {
            guard let name = Name(String(decoding: field, as: UTF8.self))?.lowercased,
                zones.contains(where: { name.isSubdomain(of: $0) })
            else { continue }
            add(address, name)
        }
    }

    private mutating func add(_ address: IPAddress, _ name: Name) {
        if address.isIPv4 {
            rows[name.octets, default: Row()].ipv4 += address.octets
        } else {
            rows[name.octets, default: Row()].ipv6 += address.octets
        }
        count += 1
        if name.isWildcard {
            hasWildcards = true
        } else if hasReverse {
            rows[HostsEntries.reverseName(address), default: Row()].pointers += name.octets
            count += 1
        }
    }

    /// The address that a field is; without its zone, and IPv4 if it is an IPv4 address in IPv6's
    /// form.
    private static func address(_ field: ArraySlice<UInt8>) -> IPAddress? {
        let text = field.prefix { $0 != UInt8(ascii: "%") }
        guard let address = IPAddress(String(decoding: text, as: UTF8.self)) else { return nil }
        guard !address.isIPv4, address.high == 0, address.low >> 32 == 0xFFFF else {
            return address
        }
        return IPAddress(ipv4: UInt32(truncatingIfNeeded: address.low))
    }

    /// The name of an address in wire form (RFC 1035 §3.5, RFC 3596 §2.5).
    static func reverseName(_ address: IPAddress) -> [UInt8] {
        var name: [UInt8] = []
        for octet in address.octets.reversed() {
            if address.isIPv4 {
                let digits = Array("\(octet)".utf8)
                name += [UInt8(digits.count)] + digits
            } else {
                let digits = Array("0123456789abcdef".utf8)
                name += [1, digits[Int(octet & 15)], 1, digits[Int(octet >> 4)]]
            }
        }
        if address.isIPv4 {
            name += [7] + Array("in-addr".utf8)
        } else {
            name += [3] + Array("ip6".utf8)
        }
        return name + [4] + Array("arpa".utf8) + [0]
    }
}
