public import KubernetesModel

/// The writer's side of the view: takes changes of objects and makes the next version.
///
/// It remembers of each service and slice what DNS needs, so that a change rebuilds the records of
/// the one service it touches and the reverse names of the addresses that came or went. Its owner
/// uses it from one thread.
public struct ClusterIndex {
    /// What a view includes.
    public struct Options: Sendable, Hashable {
        /// Whether endpoints without hostname are named after their pods (`endpoint_pod_names`).
        public var endpointPodNames = false
        /// Whether endpoints are left out (`noendpoints`).
        public var ignoresEndpoints = false
        /// Whether pods are indexed by address (`pods verified`).
        public var indexesPods = false
        /// Whether pods are indexed with their names and labels, to tell who asks (`metadata`).
        public var indexesClients = false
        /// Whether addresses that services have outside of the cluster are indexed
        /// (`k8s_external`).
        public var indexesExternals = false
        /// Which services, slices and pods are shown (`labels`); nil means all.
        public var labels: LabelSelector?
        /// Which namespaces are shown (`namespace_labels`); nil means all.
        public var namespaceLabels: LabelSelector?

        /// Creates the default options.
        public init() {}
    }

    /// What identifies a service.
    struct ServiceKey: Hashable {
        var namespace: String
        var name: String
    }

    /// What is known of a service: either part can come first.
    struct ServiceContent {
        var service: ServiceData?
        var slices: [String: SliceData] = [:]

        /// The slices, in an order that depends on nothing but their names.
        var orderedSlices: [SliceData] {
            slices.count > 1
                ? slices.sorted { $0.key < $1.key }.map(\.value) : Array(slices.values)
        }
    }

    /// A service as it is known.
    struct ServiceState {
        var content = ServiceContent()
        /// The records in the current version, if the service is known.
        var records: ServiceRecords?
    }

    /// What the view includes.
    public let options: Options
    var services = HashTrie<ServiceRecords>()
    var namespaces = HashTrie<KeyRecord>()
    var addresses = HashTrie<AddressBlock>()
    var pods = HashTrie<KeyRecord>()
    var states: [ServiceKey: ServiceState] = [:]
    /// The name of the service that a slice belonged to, by the slice's namespace and name.
    var serviceOfSlice: [ServiceKey: String] = [:]
    /// The pods at each address, by the pod trie's key; a host's address has many.
    var podCounts: [[UInt8]: Int] = [:]
    var podKeys: [ServiceKey: [[UInt8]]] = [:]
    /// The pods at each address; empty unless they are indexed with their names.
    var clients = HashTrie<ClientRecord>()
    /// Addresses outside of the cluster; empty unless they are indexed.
    var externals = ExternalIndex()
    /// Services whose records must be rebuilt before the next version, as the current one shows
    /// them; empty before the first version, which is made of all of them.
    var dirty: [ServiceKey: ServiceContent] = [:]

    /// Creates the index of an empty registry.
    public init(options: Options = Options()) {
        self.options = options
    }

    /// Takes over a service that was added or modified.
    public mutating func update(_ service: Service) {
        update(PreparedService(service))
    }

    /// Takes over a service that was added or modified.
    public mutating func update(_ service: PreparedService) {
        guard options.shows(service.labels) else {
            return removeService(namespace: service.key.namespace, name: service.key.name)
        }
        if options.indexesExternals { externals.update(service.key, service.external) }
        willChange(service.key)
        states[service.key, default: ServiceState()].content.service = service.data
    }

    /// Forgets a service.
    public mutating func removeService(namespace: String, name: String) {
        let key = ServiceKey(namespace: namespace, name: name)
        if options.indexesExternals { externals.update(key, nil) }
        guard states[key] != nil else { return }
        willChange(key)
        states[key]?.content.service = nil
    }

    /// Whether the next version is made of everything at once.
    private var isUnbuilt: Bool { services.count == 0 && addresses.count == 0 }

    /// Remembers what the current version shows of a service that is about to change.
    mutating func willChange(_ key: ServiceKey) {
        guard !isUnbuilt, dirty[key] == nil else { return }
        dirty[key] = states[key]?.content ?? ServiceContent()
    }

    /// Takes over a namespace that was added or modified.
    public mutating func update(_ namespace: Namespace) {
        let isShown = options.namespaceLabels?.matches(namespace.metadata.labels) ?? true
        if isShown {
            addNamespace(namespace.metadata.name)
        } else {
            removeNamespace(namespace.metadata.name)
        }
    }

    /// Takes over a namespace that was added.
    public mutating func addNamespace(_ name: String) {
        guard let label = wireLabel(name) else { return }
        namespaces.insert(KeyRecord(label))
    }

    /// Forgets a namespace.
    public mutating func removeNamespace(_ name: String) {
        guard let label = wireLabel(name) else { return }
        namespaces.remove(KeyRecord(label))
    }

    /// Makes the next version of the view.
    ///
    /// - Parameters:
    ///   - revision: The registry's revision that it shows.
    ///   - serial: The time of the last change, in seconds since 1970.
    /// - Returns: The version, which shares with the one before what did not change.
    public mutating func makeSnapshot(revision: UInt64, serial: UInt32) -> ClusterSnapshot {
        if isUnbuilt {
            buildAll()
        } else {
            for (key, shown) in dirty { rebuild(key, from: shown) }
        }
        dirty.removeAll()
        return ClusterSnapshot(
            services: services,
            namespaces: namespaces,
            addresses: addresses,
            pods: pods,
            clients: clients,
            externals: externals,
            revision: revision,
            serial: serial
        )
    }
}
