/// The legacy form of a service's endpoints; the name is that of the service.
public struct Endpoints: Sendable, Equatable {
    /// Addresses that share a set of ports.
    public struct Subset: Sendable, Hashable {
        /// The addresses that take traffic.
        public var addresses: [Address]
        /// The addresses that don't, yet.
        public var notReadyAddresses: [Address]
        /// The ports that all addresses have.
        public var ports: [EndpointPort]

        /// Creates a subset.
        public init(
            addresses: [Address] = [],
            notReadyAddresses: [Address] = [],
            ports: [EndpointPort] = []
        ) {
            self.addresses = addresses
            self.notReadyAddresses = notReadyAddresses
            self.ports = ports
        }
    }

    /// An address of a subset.
    public struct Address: Sendable, Hashable {
        /// The IP address.
        public var ip: String
        /// The endpoint's hostname; empty if it has none.
        public var hostname: String
        /// The node the endpoint is on; empty if not known.
        public var nodeName: String
        /// The name of the object behind the endpoint; empty if not known.
        public var targetName: String
        /// The kind of the object behind the endpoint; empty if not known.
        public var targetKind: String
        /// The unique identifier of the object behind the endpoint; empty if not known.
        public var targetUID: String

        /// Creates an address.
        public init(
            ip: String,
            hostname: String = "",
            nodeName: String = "",
            targetName: String = "",
            targetKind: String = "",
            targetUID: String = ""
        ) {
            self.ip = ip
            self.hostname = hostname
            self.nodeName = nodeName
            self.targetName = targetName
            self.targetKind = targetKind
            self.targetUID = targetUID
        }
    }

    /// The object's metadata.
    public var metadata: ObjectMeta
    /// The subsets.
    public var subsets: [Subset]

    /// Creates endpoints.
    public init(metadata: ObjectMeta, subsets: [Subset] = []) {
        self.metadata = metadata
        self.subsets = subsets
    }
}
