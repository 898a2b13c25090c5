import ArgumentParser
import KubernetesModel

/// Creates a service.
struct CreateService: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "Create a service of one of the four types.",
        subcommands: [
            CreateClusterIP.self, CreateNodePort.self, CreateLoadBalancer.self,
            CreateExternalName.self,
        ],
        aliases: ["svc"]
    )
}

/// What services of all types have.
struct ServiceCreation: ParsableArguments {
    @OptionGroup var creation: CreationOptions

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("A port: PORT[:TARGET]; repeatable.", valueName: "port:target")
    )
    var tcp: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("A UDP port: PORT[:TARGET]; repeatable.", valueName: "port:target")
    )
    var udp: [String] = []

    @Argument(help: "The service's name; its selector is app=NAME.")
    var name: String

    /// Creates the service from what its type adds.
    func create(_ type: String, _ more: Fields = [:], needsPorts: Bool, nodePort: Int = 0) throws {
        let words =
            tcp.flatMap { $0.split(separator: ",") }.map { (String($0), "TCP") }
            + udp.flatMap { $0.split(separator: ",") }.map { (String($0), "UDP") }
        guard !words.isEmpty || !needsPorts else {
            throw Failure("at least one port must be specified with --tcp or --udp", status: .usage)
        }
        var ports: [Value] = []
        for (word, transport) in words {
            ports.append(try ServiceCreation.port(word, transport, nodePort: nodePort))
        }
        var spec: Fields = ["selector": ["app": .string(name)], "type": .string(type)]
        if !ports.isEmpty { spec["ports"] = .array(ports) }
        spec.merge(more) { $1 }
        let labels: Fields = ["app": .string(name)]
        try creation.create(.service, name, ["spec": .object(spec)], labels: labels)
    }

    /// Reads `PORT[:TARGET]`; the port's name is kubectl's.
    static func port(
        _ text: String,
        _ transport: String,
        nodePort: Int
    ) throws(Failure) -> Value {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), let port = Int64(parts[0]),
            (1...65_535).contains(port), let target = parts.last, !target.isEmpty
        else {
            throw Failure(
                "'\(text)' is no port: write PORT or PORT:TARGET, as in 80:8080",
                status: .usage
            )
        }
        var fields: Fields = [
            "name": .string(parts.joined(separator: "-")), "port": .integer(port),
            "protocol": .string(transport),
            "targetPort": Int64(target).map { .integer($0) } ?? .string(target),
        ]
        if nodePort > 0 { fields["nodePort"] = .integer(Int64(nodePort)) }
        return .object(fields)
    }
}

/// Creates a service with a cluster IP, or a headless one.
struct CreateClusterIP: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clusterip",
        abstract: "Create a ClusterIP service.",
        discussion: """
            Examples:
              martlet create service clusterip web --tcp=80:8080
              martlet create service clusterip db --clusterip=None
            """
    )

    @OptionGroup var service: ServiceCreation
    @Option(help: "The cluster IP, or None for a headless service.") var clusterip: String?

    func run() throws {
        let more: Fields = clusterip.map { ["clusterIP": .string($0)] } ?? [:]
        try service.create("ClusterIP", more, needsPorts: clusterip != "None")
    }
}

/// Creates a service with a port on every node.
struct CreateNodePort: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nodeport",
        abstract: "Create a NodePort service.",
        discussion: "Example:\n  martlet create service nodeport web --tcp=80 --node-port=30080"
    )

    @OptionGroup var service: ServiceCreation
    @Option(help: "The port on every node (default: a free one).") var nodePort = 0

    func run() throws { try service.create("NodePort", needsPorts: true, nodePort: nodePort) }
}

/// Creates a service with an address of the load balancer.
struct CreateLoadBalancer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loadbalancer",
        abstract: "Create a LoadBalancer service.",
        discussion: "Example:\n  martlet create service loadbalancer web --tcp=80:8080"
    )

    @OptionGroup var service: ServiceCreation

    func run() throws { try service.create("LoadBalancer", needsPorts: true) }
}

/// Creates an alias of a name elsewhere.
struct CreateExternalName: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "externalname",
        abstract: "Create an ExternalName service.",
        discussion: """
            Example:
              martlet create service externalname pay --external-name=pay.example.com
            """
    )

    @OptionGroup var service: ServiceCreation
    @Option(help: "The name that the service stands for.") var externalName: String

    func run() throws {
        let more: Fields = ["externalName": .string(externalName)]
        try service.create("ExternalName", more, needsPorts: false)
    }
}
