/// What this process may do to networks and namespaces.
public enum Privileges {
    /// A capability that nodes and pods need (capabilities(7)).
    public enum Capability: Int, Sendable, CaseIterable, CustomStringConvertible {
        /// For links, addresses and routes.
        case networkAdministration = 12
        /// For namespaces and mounts.
        case systemAdministration = 21

        /// The capability's name.
        public var description: String {
            switch self {
            case .networkAdministration: "CAP_NET_ADMIN"
            case .systemAdministration: "CAP_SYS_ADMIN"
            }
        }
    }

    /// The capabilities that are missing from those that are needed.
    public static func missing(_ needed: [Capability] = Capability.allCases) -> [Capability] {
        guard let octets = HostFile.read("/proc/self/status") else { return [] }
        return missing(needed, status: String(decoding: octets, as: UTF8.self))
    }

    /// The capabilities that are missing, from the text of `/proc/self/status` (proc(5)).
    static func missing(_ needed: [Capability], status: String) -> [Capability] {
        for line in status.split(separator: "\n") where line.hasPrefix("CapEff:") {
            let digits = line.dropFirst(7).drop { $0 == "\t" || $0 == " " }
            guard let mask = UInt64(digits, radix: 16) else { return [] }
            return needed.filter { mask >> UInt64($0.rawValue) & 1 == 0 }
        }
        return []
    }
}
