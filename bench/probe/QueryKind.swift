import DNSWire

/// A kind of question, with a budget of its own.
enum QueryKind: String, CaseIterable {
    /// The address of a service that has one.
    case a
    /// The IPv6 address of a service that has none.
    case aaaa = "aaaa-nodata"
    /// A name that a search path led to.
    case nxdomain
    /// A service's port by name.
    case srv
    /// The name of a cluster IP.
    case ptr
    /// The addresses of 100 endpoints, of which the reply holds what fits.
    case headless
    /// All but `ptr`, as often as a cluster asks (see `workload.py`).
    case mix

    /// The next question of this kind.
    func question(_ random: inout SmallRandom) throws -> Question {
        let service = Int.random(in: 1..<SmallCluster.serviceCount, using: &random)
        let name = SmallCluster.name(service)
        switch self {
        case .a: return try Self.question(name, .a)
        case .aaaa: return try Self.question(name, .aaaa)
        case .nxdomain:
            let host = Int.random(in: 0..<10_000, using: &random)
            let end = name.split(separator: ".", maxSplits: 1)[1]
            return try Self.question("www\(host).example.com.\(end)", .a)
        case .srv: return try Self.question("_http._tcp.\(name)", .srv)
        case .ptr:
            let octets = SmallCluster.clusterIP(service).split(separator: ".").reversed()
            return try Self.question("\(octets.joined(separator: ".")).in-addr.arpa.", .ptr)
        case .headless: return try Self.question(SmallCluster.name(SmallCluster.headless), .a)
        case .mix: return try Self.drawn(&random).question(&random)
        }
    }

    private static func drawn(_ random: inout SmallRandom) -> QueryKind {
        switch Int.random(in: 0..<100, using: &random) {
        case ..<45: .a
        case ..<75: .aaaa
        case ..<92: .nxdomain
        case ..<97: .srv
        default: .headless
        }
    }

    private static func question(_ name: String, _ type: RecordType) throws -> Question {
        guard let name = Name(name) else { throw ProbeError.question(name) }
        return Question(name: name, type: type)
    }
}
