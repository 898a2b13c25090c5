public import Addresses
public import Registry

/// What a server is started with.
public struct ServerSettings: Sendable {
    /// The addresses to listen on; empty means those that the Corefile's keys name.
    public var listen: [ListenAddress]
    /// The Corefile's path; nil means the default configuration.
    public var corefile: String?
    /// The Corefile's octets, if they aren't to be read from its path.
    public var corefileOctets: [UInt8]?
    /// Threads that answer datagrams on each address; at least 1.
    public var workerCount: Int
    /// The cluster's domain in the default configuration.
    public var clusterDomain: String
    /// The blocks whose reverse zones the default configuration serves.
    public var reverseBlocks: [CIDRBlock]
    /// Opens the registry of a URL, or the default one for nil.
    public var openStore: @Sendable (String?) throws -> any RegistryStore
    /// The port of `dns://` keys that name none.
    public var defaultPort: UInt16 = 53
    /// The program's version, for metrics.
    public var version = ""
    /// The process whose sockets are taken over; nil opens all anew.
    public var predecessor: Predecessor?
    /// The bounds of connections.
    var streamLimits = StreamLimits()

    /// Creates settings.
    public init(
        listen: [ListenAddress],
        corefile: String? = nil,
        workerCount: Int,
        registry: RegistrySettings,
        openStore: @escaping @Sendable (String?) throws -> any RegistryStore
    ) {
        self.listen = listen
        self.corefile = corefile
        self.workerCount = max(1, workerCount)
        clusterDomain = registry.clusterDomain
        reverseBlocks = registry.serviceCIDRs + registry.podCIDRs
        self.openStore = openStore
    }

    /// The sockets that are there already.
    var inheritance: SocketInheritance { predecessor?.sockets ?? ServerSettings.nothing }

    private static let nothing = SocketInheritance()

    /// The configuration that is served without a Corefile: the cluster's zone and the reverse
    /// zones of its addresses, as kubeadm's Corefile has them.
    var defaultCorefile: String {
        let keys = ([clusterDomain] + reverseBlocks.map(\.description)).joined(separator: " ")
        return """
            \(keys) {
                errors
                kubernetes {
                    pods insecure
                }
            }
            """
    }
}
