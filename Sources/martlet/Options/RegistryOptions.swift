import Addresses
import ArgumentParser
import Glibc
import Registry
import RegistrySQLite

/// Which registry a command works on.
struct RegistryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The registry: sqlite:PATH or memory:.",
            discussion: "Default: $MARTLET_REGISTRY, else a file of the system or the user.",
            valueName: "url"
        )
    )
    var registry: String?

    /// The URL of the registry, from the flag, the environment or the user.
    func url() throws -> RegistryURL {
        if let text = registry ?? SystemFiles.environment("MARTLET_REGISTRY") {
            return try RegistryURL(text)
        }
        return .sqlite(path: "\(RegistryOptions.stateDirectory)/registry.db")
    }

    /// Opens the registry; the directory of a default one is created.
    func open(_ requested: RequestedSettings = RequestedSettings()) throws -> Registry {
        let store = try RegistryOptions.openStore(try url())
        return try Registry(store: store, requested: requested, environment: .system)
    }

    /// Opens the store of a registry.
    static func openStore(_ url: RegistryURL) throws -> any RegistryStore {
        switch url {
        case .memory:
            return MemoryStore()
        case .sqlite(let path):
            if path == "\(stateDirectory)/registry.db" {
                try SystemFiles.createDirectory(stateDirectory)
            }
            return try SQLiteStore(path: path)
        }
    }

    /// Where state is kept: for root the system's place, else the user's (XDG Base Directory).
    static var stateDirectory: String {
        if geteuid() == 0 { return "/var/lib/martlet" }
        if let state = SystemFiles.environment("XDG_STATE_HOME"), state.hasPrefix("/") {
            return "\(state)/martlet"
        }
        return "\(SystemFiles.environment("HOME") ?? "")/.local/state/martlet"
    }
}

/// What a new registry is created with.
struct SettingsOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The cluster's domain.", valueName: "domain"))
    var clusterDomain: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("A block of cluster IPs; one for each family.", valueName: "cidr")
    )
    var serviceCidr: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("A block of pod IPs; one for each family.", valueName: "cidr")
    )
    var podCidr: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("A block of load-balancer addresses; repeatable.", valueName: "cidr")
    )
    var loadBalancerPool: [String] = []

    /// What was asked for; nil where nothing was.
    func requested() throws -> RequestedSettings {
        RequestedSettings(
            clusterDomain: clusterDomain.map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 },
            serviceCIDRs: try blocks(serviceCidr, "--service-cidr"),
            podCIDRs: try blocks(podCidr, "--pod-cidr"),
            loadBalancerPools: try blocks(loadBalancerPool, "--load-balancer-pool")
        )
    }

    private func blocks(_ texts: [String], _ flag: String) throws -> [CIDRBlock]? {
        guard !texts.isEmpty else { return nil }
        // kubectl's fellows take lists with commas for the same flags.
        return try texts.flatMap { $0.split(separator: ",") }.map { text in
            guard let block = CIDRBlock(String(text)) else {
                throw Failure(
                    "\(flag) \(text) is not a block of addresses: write it as 10.96.0.0/16",
                    status: .usage
                )
            }
            return block
        }
    }
}
