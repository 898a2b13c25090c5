/// A slice of the endpoints of a service (`discovery.k8s.io/v1`).
public struct EndpointSlice: Sendable, Equatable {
    /// What the addresses of a slice are.
    public enum AddressType: String, Sendable, Hashable, CaseIterable {
        /// IP version 4 addresses.
        case ipv4 = "IPv4"
        /// IP version 6 addresses.
        case ipv6 = "IPv6"
        /// Names; without meaning for DNS.
        case fqdn = "FQDN"
    }

    /// The label that names the service a slice belongs to.
    public static let serviceNameLabel = "kubernetes.io/service-name"
    /// The label that names who manages a slice.
    public static let managedByLabel = "endpointslice.kubernetes.io/managed-by"

    /// The slice's metadata.
    public var metadata: ObjectMeta
    /// What the addresses are; the same for all endpoints of a slice.
    public var addressType: AddressType
    /// The endpoints.
    public var endpoints: [Endpoint]
    /// The ports that every endpoint of the slice has.
    public var ports: [EndpointPort]

    /// The service the slice belongs to; empty if it belongs to none.
    public var serviceName: String { metadata.labels[Self.serviceNameLabel] ?? "" }

    /// Creates a slice.
    public init(
        metadata: ObjectMeta,
        addressType: AddressType,
        endpoints: [Endpoint] = [],
        ports: [EndpointPort] = []
    ) {
        self.metadata = metadata
        self.addressType = addressType
        self.endpoints = endpoints
        self.ports = ports
    }
}

/// One backend of a service.
public struct Endpoint: Sendable, Hashable {
    /// The endpoint's addresses; all lead to the same place.
    public var addresses: [String]
    /// `conditions.ready`; nil means true.
    public var ready: Bool?
    /// `conditions.serving`; nil means the same as ready.
    public var serving: Bool?
    /// `conditions.terminating`; nil means false.
    public var terminating: Bool?
    /// The endpoint's hostname; empty if it has none.
    public var hostname: String
    /// The node the endpoint is on; empty if not known.
    public var nodeName: String
    /// The zone the endpoint is in; empty if not known.
    public var zone: String
    /// The name of the object behind the endpoint (`targetRef.name`); empty if not known.
    public var targetName: String
    /// The kind of the object behind the endpoint (`targetRef.kind`); empty if not known.
    public var targetKind: String
    /// The unique identifier of the object behind the endpoint; empty if not known.
    public var targetUID: String
    /// The zones whose clients should use the endpoint (`hints.forZones`); empty for no hint.
    public var hintZones: [String]
    /// The nodes whose clients should use the endpoint (`hints.forNodes`); empty for no hint.
    public var hintNodes: [String]

    /// Creates an endpoint.
    public init(
        addresses: [String],
        ready: Bool? = nil,
        serving: Bool? = nil,
        terminating: Bool? = nil,
        hostname: String = "",
        nodeName: String = "",
        zone: String = "",
        targetName: String = "",
        targetKind: String = "",
        targetUID: String = "",
        hintZones: [String] = [],
        hintNodes: [String] = []
    ) {
        self.addresses = addresses
        self.ready = ready
        self.serving = serving
        self.terminating = terminating
        self.hostname = hostname
        self.nodeName = nodeName
        self.zone = zone
        self.targetName = targetName
        self.targetKind = targetKind
        self.targetUID = targetUID
        self.hintZones = hintZones
        self.hintNodes = hintNodes
    }
}

/// A port of the endpoints of a slice.
public struct EndpointPort: Sendable, Hashable {
    /// The port's name; empty if it has none.
    public var name: String
    /// The port's protocol.
    public var transport: TransportProtocol
    /// The port's number; nil means all ports.
    public var port: Int?
    /// The application protocol; empty if not given.
    public var appProtocol: String

    /// Creates a port.
    public init(
        name: String = "",
        transport: TransportProtocol = .tcp,
        port: Int?,
        appProtocol: String = ""
    ) {
        self.name = name
        self.transport = transport
        self.port = port
        self.appProtocol = appProtocol
    }
}
