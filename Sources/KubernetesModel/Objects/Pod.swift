/// A Pod, as far as discovery needs it.
public struct Pod: Sendable, Equatable {
    /// A phase of a pod's life.
    public enum Phase: String, Sendable, Hashable, CaseIterable {
        /// Accepted, not running yet.
        case pending = "Pending"
        /// At least one container runs.
        case running = "Running"
        /// All containers ended well.
        case succeeded = "Succeeded"
        /// All containers ended, at least one badly.
        case failed = "Failed"
        /// The state could not be obtained.
        case unknown = "Unknown"
    }

    /// The pod's metadata.
    public var metadata: ObjectMeta
    /// `spec.hostname`; empty if not given.
    public var hostname: String
    /// `spec.subdomain`; empty if not given.
    public var subdomain: String
    /// `spec.setHostnameAsFQDN`.
    public var setHostnameAsFQDN: Bool
    /// `spec.hostNetwork`.
    public var hostNetwork: Bool
    /// The node the pod runs on; empty if not scheduled.
    public var nodeName: String
    /// `spec.enableServiceLinks`; true unless switched off.
    public var enableServiceLinks: Bool
    /// `spec.dnsPolicy`, as written; `ClusterFirst` by default.
    public var dnsPolicy: String
    /// `spec.dnsConfig`, if given.
    public var dnsConfig: PodDNSConfig?
    /// `spec.hostAliases`.
    public var hostAliases: [HostAlias]
    /// The pod's containers, sidecars (restartable init containers) after the others.
    public var containers: [Container]
    /// The pod's phase.
    public var phase: Phase
    /// Whether the `Ready` condition is true.
    public var isReady: Bool
    /// The pod's addresses, primary first.
    public var podIPs: [String]
    /// The address of the pod's host; empty if not known.
    public var hostIP: String

    /// Creates a pod.
    public init(
        metadata: ObjectMeta,
        hostname: String = "",
        subdomain: String = "",
        setHostnameAsFQDN: Bool = false,
        hostNetwork: Bool = false,
        nodeName: String = "",
        enableServiceLinks: Bool = true,
        dnsPolicy: String = "ClusterFirst",
        dnsConfig: PodDNSConfig? = nil,
        hostAliases: [HostAlias] = [],
        containers: [Container] = [],
        phase: Phase = .pending,
        isReady: Bool = false,
        podIPs: [String] = [],
        hostIP: String = ""
    ) {
        self.metadata = metadata
        self.hostname = hostname
        self.subdomain = subdomain
        self.setHostnameAsFQDN = setHostnameAsFQDN
        self.hostNetwork = hostNetwork
        self.nodeName = nodeName
        self.enableServiceLinks = enableServiceLinks
        self.dnsPolicy = dnsPolicy
        self.dnsConfig = dnsConfig
        self.hostAliases = hostAliases
        self.containers = containers
        self.phase = phase
        self.isReady = isReady
        self.podIPs = podIPs
        self.hostIP = hostIP
    }
}

/// `spec.dnsConfig` of a pod.
public struct PodDNSConfig: Sendable, Hashable {
    /// An entry of `options`.
    public struct Option: Sendable, Hashable {
        /// The option's name, such as `ndots`.
        public var name: String
        /// The option's value, if it has one.
        public var value: String?

        /// Creates an option.
        public init(name: String, value: String? = nil) {
            self.name = name
            self.value = value
        }
    }

    /// Addresses of name servers.
    public var nameservers: [String]
    /// Search domains.
    public var searches: [String]
    /// Resolver options.
    public var options: [Option]

    /// Creates a configuration.
    public init(nameservers: [String] = [], searches: [String] = [], options: [Option] = []) {
        self.nameservers = nameservers
        self.searches = searches
        self.options = options
    }
}

/// An entry of `spec.hostAliases`.
public struct HostAlias: Sendable, Hashable {
    /// The address.
    public var ip: String
    /// The names that mean it.
    public var hostnames: [String]

    /// Creates an alias.
    public init(ip: String, hostnames: [String]) {
        self.ip = ip
        self.hostnames = hostnames
    }
}

/// A container of a pod.
public struct Container: Sendable, Hashable {
    /// A port that a container declares.
    public struct Port: Sendable, Hashable {
        /// The port's name; empty if it has none.
        public var name: String
        /// The port's number, 1…65535.
        public var containerPort: Int
        /// The port's protocol.
        public var transport: TransportProtocol

        /// Creates a port.
        public init(name: String = "", containerPort: Int, transport: TransportProtocol = .tcp) {
            self.name = name
            self.containerPort = containerPort
            self.transport = transport
        }
    }

    /// The container's name.
    public var name: String
    /// The container's image.
    public var image: String
    /// The ports that the container declares.
    public var ports: [Port]

    /// Creates a container.
    public init(name: String, image: String = "", ports: [Port] = []) {
        self.name = name
        self.image = image
        self.ports = ports
    }
}
