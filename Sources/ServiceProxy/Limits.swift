/// Limits of the service proxy, each with its reason.
enum ProxyLimits {
    /// The name of the table, which is the proxy's alone.
    static let table = "martlet"
    /// The changes that are read from the registry's log at a time.
    static let changeBatchCount = 10_000
    /// Endpoints of one port that get traffic: as many as the slots of the map of backends, whose
    /// upper half is for the endpoints of the whole cluster.
    static let endpointsMax = 65_536
    /// Connections that are looked at when endpoints go; more than a kernel tracks by default.
    static let flowsMax = 1 << 20
    /// Octets of a chain's or a set's name (`NFT_NAME_MAXLEN` is 256, with the final zero).
    static let nameOctetsMax = 240
    /// Rules that are no longer used go after this time: kernels before 6.2 notice only later that
    /// nothing leads to a chain any more (kube-proxy nftables/proxier.go).
    static let staleTime = Duration.seconds(1)
    /// The time after which rules that the kernel would not remove are tried again.
    static let staleRetryTime = Duration.seconds(30)
    /// How often the number of the kernel's ruleset is looked at, which others change.
    static let glanceTime = Duration.seconds(1)
    /// The time after which a registry or a kernel that failed is asked again.
    static let retryTime = Duration.seconds(1)
    /// Ports for health checks: each takes a descriptor, of which a process has 1,024 by default.
    static let healthPortsMax = 512
    /// Connections of health checks at once; each is over within moments.
    static let healthConnectionsMax = 128
    /// Connections to one port that the kernel may queue.
    static let healthBacklog: Int32 = 64
    /// The time in which a health check must be over, however slow its client is.
    static let healthSeconds: Int64 = 5
    /// Octets of commands or of output after which libnftables is made to let go of what it has
    /// read and written: it would do so with the next change, which is to be quick.
    static let keptOctetsMax = 1 << 18
    /// Octets of an error of libnftables that are passed on: its first line says what is wrong.
    static let errorOctetsMax = 400
}
