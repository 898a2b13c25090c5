import Addresses
public import ArgumentParser
import Corefile
import KubernetesModel
public import PodEnvironment
import Registry

extension SearchMode: ExpressibleByArgument {}

/// Prints a pod's resolv.conf.
struct ResolvConf: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolv-conf",
        abstract: "Print the resolv.conf that a pod would have, or the same as container flags.",
        discussion: """
            Examples:
              martlet resolv-conf -n shop -o /tmp/resolv.conf
              martlet resolv-conf -n shop --pod web-0
              martlet resolv-conf -f my-pod.yaml
              docker run $(martlet resolv-conf -n shop -o docker) alpine
              martlet resolv-conf --dns-policy=None --nameserver=1.1.1.1 --option=ndots:2
              martlet resolv-conf -n shop --search-mode marker

            With --search-mode marker the search list has one entry, search.NAMESPACE.svc.DOMAIN, \
            for a server with autopath and its option marker: it walks the whole search path, its \
            own host's included, in one query. Names resolve to the same as with the plain list.

            The cluster's name servers are those of --cluster-dns, else of \
            $MARTLET_CLUSTER_DNS, else the cluster IPs of the service kube-dns in kube-system, \
            else 127.0.0.1.
            """
    )

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var namespace: NamespaceOptions
    @OptionGroup var pod: PodOptions

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "file, docker, podman, compose or json; or the path of a file to write.",
            valueName: "format|path"
        )
    )
    var output = "file"

    @Option(parsing: .singleValue, help: "A name server of the cluster; repeatable.")
    var clusterDns: [String] = []

    @Option(help: "The cluster's domain (default: the registry's).")
    var clusterDomain: String?

    @Option(help: "ClusterFirst, ClusterFirstWithHostNet, Default or None.")
    var dnsPolicy: String?

    @Flag(help: "The pod uses the host's network.")
    var hostNetwork = false

    @Option(parsing: .singleValue, help: "A name server of dnsConfig; repeatable.")
    var nameserver: [String] = []

    @Option(parsing: .singleValue, help: "A search domain of dnsConfig; repeatable.")
    var search: [String] = []

    @Option(parsing: .singleValue, help: "An option of dnsConfig: NAME[:VALUE]; repeatable.")
    var option: [String] = []

    @Option(help: "plain, as the kubelet writes it, or marker: the server walks the search path.")
    var searchMode = SearchMode.plain

    @Option(help: "The host's own resolv.conf, or none.")
    var hostResolvConf = "/etc/resolv.conf"

    func run() throws {
        let registry = try registry.open()
        defer { registry.close() }
        let pod = try pod.pod(namespace.name, registry)
        var request = ResolverRequest(
            pod: pod ?? Pod(metadata: ObjectMeta(name: "", namespace: namespace.name)),
            clusterNameservers: try servers(registry),
            clusterDomain: clusterDomain ?? registry.settings.clusterDomain,
            host: try host(pod),
            searchMode: searchMode
        )
        apply(to: &request)
        let violations = PodDNSConfig.violations(
            policy: request.policy,
            dnsConfig: request.dnsConfig
        )
        guard violations.isEmpty else {
            for violation in violations { Output.error("error: \(violation)") }
            throw Failure.silent
        }
        let (configuration, warnings) = ResolverConfiguration.make(request)
        for warning in warnings { Output.error("warning: \(warning)") }
        for warning in configuration.libraryWarnings { Output.error("warning: \(warning)") }
        guard let format = ResolverConfiguration.Format(rawValue: output) else {
            return try FileOutput.write(
                configuration.text(.file),
                to: output,
                formats: ResolverConfiguration.Format.allCases.map(\.rawValue)
            )
        }
        Output.write(configuration.text(format))
    }

    /// Puts the flags over what the pod says.
    private func apply(to request: inout ResolverRequest) {
        if let dnsPolicy { request.policy = dnsPolicy }
        if hostNetwork { request.hostNetwork = true }
        guard !nameserver.isEmpty || !search.isEmpty || !option.isEmpty else { return }
        var dnsConfig = request.dnsConfig ?? PodDNSConfig()
        dnsConfig.nameservers += nameserver
        dnsConfig.searches += search
        dnsConfig.options += option.map { text in
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            return PodDNSConfig.Option(
                name: parts.first ?? "",
                value: parts.count > 1 ? parts[1] : nil
            )
        }
        request.dnsConfig = dnsConfig
    }

    private func servers(_ registry: Registry) throws -> [String] {
        var servers = clusterDns
        if servers.isEmpty, let text = SystemFiles.environment("MARTLET_CLUSTER_DNS") {
            servers = [text]
        }
        servers = servers.flatMap { $0.split { $0 == "," || $0 == " " } }.map(String.init)
        for server in servers where IPAddress(server) == nil {
            throw Failure("--cluster-dns \(server) is not an IP address", status: .usage)
        }
        guard servers.isEmpty else { return servers }
        let key = ObjectKey(kind: .service, namespace: "kube-system", name: "kube-dns")
        do {
            let service = try Service(try registry.get(key))
            if !service.isHeadless, !service.clusterIPs.isEmpty { return service.clusterIPs }
        } catch RegistryError.notFound {
            // Nothing in the registry stands for the server.
        }
        return ["127.0.0.1"]
    }

    private func host(_ pod: Pod?) throws -> ResolverRequest.Host {
        guard !hostResolvConf.isEmpty, hostResolvConf != "none" else {
            let addresses = (pod?.hostIP).flatMap { IPAddress($0) }
            return .unset(nodeAddresses: addresses.map { [$0] } ?? [])
        }
        do {
            return .file(
                try HostResolverConfiguration(parsing: try SystemFiles.read(hostResolvConf))
            )
        } catch let error as HostResolverError {
            throw Failure("\(hostResolvConf): \(error)")
        }
    }
}
