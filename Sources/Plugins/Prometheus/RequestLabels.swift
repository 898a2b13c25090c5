internal import DNSWire

/// The values that labels of the server's metrics take, and their numbers (CoreDNS `monitor.go`).
enum RequestLabels {
    /// The types that have a number of their own; all others count as `other`.
    static let types = [
        "A", "AAAA", "CNAME", "DNSKEY", "DS", "MX", "NSEC", "NSEC3", "NS", "PTR", "RRSIG", "SOA",
        "SRV", "TXT", "HTTPS", "SVCB", "IXFR", "AXFR", "ANY", "other",
    ]
    /// The transports.
    static let transports = ["udp", "tcp"]
    /// The address families: IPv4 and IPv6.
    static let families = ["1", "2"]
    /// The response codes that have a number of their own, by their value.
    static let codes = (0..<24).map { ResponseCode(rawValue: $0).description } + ["other"]

    /// The number of a type.
    static func type(_ type: UInt16) -> Int {
        switch type {
        case 1: 0
        case 28: 1
        case 5: 2
        case 48: 3
        case 43: 4
        case 15: 5
        case 47: 6
        case 50: 7
        case 2: 8
        case 12: 9
        case 46: 10
        case 6: 11
        case 33: 12
        case 16: 13
        case 65: 14
        case 64: 15
        case 251: 16
        case 252: 17
        case 255: 18
        default: 19
        }
    }

    /// The number of a response code.
    static func code(_ code: UInt16) -> Int { min(Int(code), 24) }
}
