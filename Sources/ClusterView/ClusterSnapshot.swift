/// One version of what the cluster's names mean: immutable, shared by all who read it.
///
/// Readers hold it strongly and walk it without touching reference counts. A change makes a new
/// version that shares all but the changed paths.
public final class ClusterSnapshot: Sendable {
    /// Services, by name and namespace.
    let services: HashTrie<ServiceRecords>
    /// Existing namespaces.
    let namespaces: HashTrie<KeyRecord>
    /// Cluster IPs and addresses of ready endpoints.
    let addresses: HashTrie<AddressBlock>
    /// Existing pods, by namespace and address; empty unless pods are watched.
    let pods: HashTrie<KeyRecord>
    /// The pods at each address; empty unless they are indexed with their names.
    let clients: HashTrie<ClientRecord>
    /// Addresses outside of the cluster; empty unless they are indexed.
    let externals: ExternalIndex
    /// The registry's revision that this version shows.
    public let revision: UInt64
    /// The serial number of the zones: seconds since 1970 of the last change.
    public let serial: UInt32

    /// Makes a version.
    init(
        services: HashTrie<ServiceRecords>,
        namespaces: HashTrie<KeyRecord>,
        addresses: HashTrie<AddressBlock>,
        pods: HashTrie<KeyRecord>,
        clients: HashTrie<ClientRecord>,
        externals: ExternalIndex,
        revision: UInt64,
        serial: UInt32
    ) {
        self.services = services
        self.namespaces = namespaces
        self.addresses = addresses
        self.pods = pods
        self.clients = clients
        self.externals = externals
        self.revision = revision
        self.serial = serial
    }

    /// The number of services.
    public var serviceCount: Int { services.count }
}

// A trie is a strong reference to an immutable root and a number; its nodes and leaves never change
// after they are made, so that any thread may read them.
extension HashTrie: @unchecked Sendable {}
