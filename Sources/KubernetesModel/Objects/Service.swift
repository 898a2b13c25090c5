public import OrderedCollections

/// A Service: the stable name and virtual address in front of a changing set of pods.
public struct Service: Sendable, Equatable {
    /// How a service is reached.
    public enum ServiceType: String, Sendable, Hashable, CaseIterable {
        /// A cluster IP only.
        case clusterIP = "ClusterIP"
        /// A cluster IP and a port on every node.
        case nodePort = "NodePort"
        /// A cluster IP, a node port and an address of the load balancer.
        case loadBalancer = "LoadBalancer"
        /// An alias of a name elsewhere.
        case externalName = "ExternalName"
    }

    /// The service's metadata.
    public var metadata: ObjectMeta
    /// The service's type.
    public var type: ServiceType
    /// The label selector; empty means that endpoints are managed by somebody else.
    public var selector: OrderedDictionary<String, String>
    /// The cluster IPs as stored, primary first; `["None"]` for a headless service.
    public var clusterIPs: [String]
    /// The address families, primary first.
    public var ipFamilies: [IPFamily]
    /// The service's ports.
    public var ports: [ServicePort]
    /// The target of an ExternalName service; empty otherwise.
    public var externalName: String
    /// Additional addresses at which nodes accept traffic for the service.
    public var externalIPs: [String]
    /// The load balancer's ingress points (`status.loadBalancer.ingress`).
    public var loadBalancerIngress: [LoadBalancerIngress]
    /// Whether endpoints are published although they are not ready.
    public var publishNotReadyAddresses: Bool
    /// `spec.ipFamilyPolicy`; nil if not given.
    public var ipFamilyPolicy: IPFamilyPolicy?
    /// `spec.externalTrafficPolicy`; empty if not given.
    public var externalTrafficPolicy: String
    /// `spec.allocateLoadBalancerNodePorts`; true unless switched off.
    public var allocateLoadBalancerNodePorts: Bool
    /// `spec.loadBalancerIP`, a request for an address; empty if not given.
    public var loadBalancerIP: String
    /// `spec.loadBalancerClass`; empty if not given.
    public var loadBalancerClass: String
    /// `spec.healthCheckNodePort`; 0 if there is none.
    public var healthCheckNodePort: Int
    /// `spec.internalTrafficPolicy`; empty if not given.
    public var internalTrafficPolicy: String
    /// The seconds for which a client keeps its endpoint (`sessionAffinity: ClientIP`); nil if
    /// it keeps none.
    public var affinitySeconds: Int?
    /// The blocks of clients that may use the load balancer's addresses, as given; empty for all.
    public var loadBalancerSourceRanges: [String]

    /// Whether the service has no virtual IP (`clusterIP: None`).
    public var isHeadless: Bool { clusterIPs.first == "None" }

    /// Creates a service.
    public init(
        metadata: ObjectMeta,
        type: ServiceType = .clusterIP,
        selector: OrderedDictionary<String, String> = [:],
        clusterIPs: [String] = [],
        ipFamilies: [IPFamily] = [],
        ports: [ServicePort] = [],
        externalName: String = "",
        externalIPs: [String] = [],
        loadBalancerIngress: [LoadBalancerIngress] = [],
        publishNotReadyAddresses: Bool = false,
        ipFamilyPolicy: IPFamilyPolicy? = nil,
        externalTrafficPolicy: String = "",
        allocateLoadBalancerNodePorts: Bool = true,
        loadBalancerIP: String = "",
        loadBalancerClass: String = "",
        healthCheckNodePort: Int = 0,
        internalTrafficPolicy: String = "",
        affinitySeconds: Int? = nil,
        loadBalancerSourceRanges: [String] = []
    ) {
        self.metadata = metadata
        self.type = type
        self.selector = selector
        self.clusterIPs = clusterIPs
        self.ipFamilies = ipFamilies
        self.ports = ports
        self.externalName = externalName
        self.externalIPs = externalIPs
        self.loadBalancerIngress = loadBalancerIngress
        self.publishNotReadyAddresses = publishNotReadyAddresses
        self.ipFamilyPolicy = ipFamilyPolicy
        self.externalTrafficPolicy = externalTrafficPolicy
        self.allocateLoadBalancerNodePorts = allocateLoadBalancerNodePorts
        self.loadBalancerIP = loadBalancerIP
        self.loadBalancerClass = loadBalancerClass
        self.healthCheckNodePort = healthCheckNodePort
        self.internalTrafficPolicy = internalTrafficPolicy
        self.affinitySeconds = affinitySeconds
        self.loadBalancerSourceRanges = loadBalancerSourceRanges
    }
}

/// An address family, as the API spells it.
public enum IPFamily: String, Sendable, Hashable, CaseIterable {
    /// IP version 4.
    case ipv4 = "IPv4"
    /// IP version 6.
    case ipv6 = "IPv6"
}

/// How many address families a service wants.
public enum IPFamilyPolicy: String, Sendable, Hashable, CaseIterable {
    /// One family.
    case singleStack = "SingleStack"
    /// Both families where the cluster has both.
    case preferDualStack = "PreferDualStack"
    /// Both families, or a refusal.
    case requireDualStack = "RequireDualStack"
}

/// A transport protocol, as the API spells it.
public enum TransportProtocol: String, Sendable, Hashable, CaseIterable {
    /// TCP.
    case tcp = "TCP"
    /// UDP.
    case udp = "UDP"
    /// SCTP.
    case sctp = "SCTP"
}

/// The port of a pod to which a service port leads.
public enum TargetPort: Sendable, Hashable {
    /// A port number, 1…65535.
    case number(Int)
    /// The name of a container port.
    case name(String)
}

/// A port of a service.
public struct ServicePort: Sendable, Hashable {
    /// The port's name; empty if it has none.
    public var name: String
    /// The port's protocol.
    public var transport: TransportProtocol
    /// The port's number, 1…65535.
    public var port: Int
    /// Where the port leads.
    public var targetPort: TargetPort
    /// The port on every node, 30000…32767; 0 if there is none.
    public var nodePort: Int
    /// The application protocol; empty if not given.
    public var appProtocol: String

    /// Creates a port.
    public init(
        name: String = "",
        transport: TransportProtocol = .tcp,
        port: Int,
        targetPort: TargetPort? = nil,
        nodePort: Int = 0,
        appProtocol: String = ""
    ) {
        self.name = name
        self.transport = transport
        self.port = port
        self.targetPort = targetPort ?? .number(port)
        self.nodePort = nodePort
        self.appProtocol = appProtocol
    }
}

/// An ingress point of a load balancer: an address or a name.
public struct LoadBalancerIngress: Sendable, Hashable {
    /// The address; empty if the point is a name.
    public var ip: String
    /// The name; empty if the point is an address.
    public var hostname: String
    /// `ipMode`: whether nodes take the address for their own (`VIP`, also if empty) or leave it
    /// to the balancer (`Proxy`).
    public var ipMode: String

    /// Creates an ingress point.
    public init(ip: String = "", hostname: String = "", ipMode: String = "") {
        self.ip = ip
        self.hostname = hostname
        self.ipMode = ipMode
    }
}
