internal import Addresses
internal import KubernetesModel

/// The content of a pod's `/etc/resolv.conf`.
public struct ResolverConfiguration: Sendable, Hashable {
    /// The name servers, in the order in which they are asked.
    public var nameservers: [String]
    /// The search list.
    public var searches: [String]
    /// The options, each `name` or `name:value`.
    public var options: [String]

    /// Creates a configuration from its parts.
    public init(nameservers: [String] = [], searches: [String] = [], options: [String] = []) {
        self.nameservers = nameservers
        self.searches = searches
        self.options = options
    }

    /// Makes the configuration that the kubelet would make (`kubelet dns.go`, `GetPodDNS`).
    ///
    /// - Parameter request: What the configuration depends on.
    /// - Returns: The configuration, and the warnings that the kubelet would record as events.
    public static func make(
        _ request: ResolverRequest
    ) -> (configuration: ResolverConfiguration, warnings: [ResolverWarning]) {
        var warnings: [ResolverWarning] = []
        var configuration = base(request, &warnings)
        if let dnsConfig = request.dnsConfig { configuration.append(dnsConfig) }
        configuration.fitLimits(&warnings)
        return (configuration, warnings)
    }

    /// The configuration that the policy alone gives.
    private static func base(
        _ request: ResolverRequest,
        _ warnings: inout [ResolverWarning]
    ) -> ResolverConfiguration {
        let policy = DNSPolicy(rawValue: request.policy)
        if policy == nil { warnings.append(.unknownPolicy(request.policy)) }
        switch (policy ?? .clusterFirstWithHostNet).source(hostNetwork: request.hostNetwork) {
        case .nothing:
            return ResolverConfiguration()
        case .host:
            return host(request.host)
        case .cluster where request.clusterNameservers.isEmpty:
            warnings.append(.missingClusterNameservers(policy: request.policy))
            return host(request.host)
        case .cluster:
            return cluster(request)
        }
    }

    private static func cluster(_ request: ResolverRequest) -> ResolverConfiguration {
        // Without a file there is no host search list, not even the "." of `host(_:)`.
        var searches: [String] = []
        if case .file(let file) = request.host { searches = file.searches }
        let zone = request.clusterDomain
        if !zone.isEmpty {
            let own = "\(request.namespace).svc.\(zone)"
            switch request.searchMode {
            case .plain: searches = [own, "svc.\(zone)", zone] + searches
            // The server knows the rest of the path, the host's entries included.
            case .marker: searches = ["\(SearchMode.markerLabel).\(own)"]
            }
            searches = searches.withoutDuplicates()
        }
        return ResolverConfiguration(
            nameservers: request.clusterNameservers,
            searches: searches,
            options: ["ndots:5"]
        )
    }

    private static func host(_ host: ResolverRequest.Host) -> ResolverConfiguration {
        switch host {
        case .file(let file):
            return ResolverConfiguration(
                nameservers: file.nameservers,
                searches: file.searches,
                options: file.options
            )
        case .unset(let addresses):
            let loopbacks = addresses.map { $0.isIPv4 ? "127.0.0.1" : "::1" }
            return ResolverConfiguration(
                nameservers: loopbacks.isEmpty ? ["127.0.0.1"] : loopbacks,
                searches: ["."]
            )
        }
    }

    /// Adds what `spec.dnsConfig` says (`kubelet dns.go`, `appendDNSConfig`).
    ///
    /// Entries compare octet by octet: `foo` and `foo.` both stay.
    mutating func append(_ dnsConfig: PodDNSConfig) {
        nameservers = (nameservers + dnsConfig.nameservers).withoutDuplicates()
        searches = (searches + dnsConfig.searches).withoutDuplicates()
        options = OptionList.merge(
            options,
            dnsConfig.options.map { option in
                option.value.map { "\(option.name):\($0)" } ?? option.name
            }
        )
    }
}

extension [String] {
    /// The elements without those that came before.
    fileprivate func withoutDuplicates() -> [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
