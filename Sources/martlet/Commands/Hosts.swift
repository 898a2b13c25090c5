import ArgumentParser
import KubernetesModel
import PodEnvironment
import Registry

/// Prints a pod's /etc/hosts.
struct Hosts: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the /etc/hosts that a pod's containers would have.",
        discussion: """
            Examples:
              martlet hosts --pod web-0 -n shop
              martlet hosts --hostname web-0 --subdomain web --ip 10.244.0.5 -n shop
            """
    )

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var namespace: NamespaceOptions
    @OptionGroup var pod: PodOptions

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "file (standard output), or the path of a file to write.",
            valueName: "format|path"
        )
    )
    var output = "file"

    @Option(help: "The pod's hostname.") var hostname: String?
    @Option(help: "The pod's subdomain.") var subdomain: String?
    @Option(parsing: .singleValue, help: "An address of the pod; repeatable.") var ip: [String] = []
    @Option(parsing: .singleValue, help: "An alias: NAME:ADDRESS; repeatable.")
    var addHost: [String] = []
    @Flag(help: "The pod uses the host's network.") var hostNetwork = false
    @Option(help: "The host's own file.") var hostFile = "/etc/hosts"

    func run() throws {
        let registry = try registry.open()
        defer { registry.close() }
        var pod =
            try pod.pod(namespace.name, registry)
            ?? Pod(metadata: ObjectMeta(name: "", namespace: namespace.name))
        try change(&pod)
        let text: String
        if pod.hostNetwork {
            let file = String(decoding: try SystemFiles.read(hostFile), as: UTF8.self)
            text = HostsFile.text(pod: pod, nodeFile: file)
        } else {
            guard !pod.hostname.isEmpty || !pod.metadata.name.isEmpty else {
                throw Failure("name a pod with --pod, or its --hostname", status: .usage)
            }
            do {
                let name = try PodHostname(
                    pod: pod,
                    clusterDomain: registry.settings.clusterDomain,
                    nodeHostname: SystemFiles.hostname
                )
                text = HostsFile.text(pod: pod, name: name)
            } catch {
                throw Failure("\(error)")
            }
        }
        if output == "file" {
            Output.write(text)
        } else {
            try FileOutput.write(text, to: output, formats: ["file"])
        }
    }

    /// Puts the flags over what the pod says.
    private func change(_ pod: inout Pod) throws {
        if let hostname { pod.hostname = hostname }
        if let subdomain { pod.subdomain = subdomain }
        if !ip.isEmpty { pod.podIPs = ip }
        if hostNetwork { pod.hostNetwork = true }
        for text in addHost {
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw Failure("--add-host \(text): write NAME:ADDRESS", status: .usage)
            }
            pod.hostAliases.append(HostAlias(ip: parts[1], hostnames: [parts[0]]))
        }
    }
}
