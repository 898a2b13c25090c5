import Addresses
import ArgumentParser
import HostNetwork
import KubernetesModel
import PodRuntime

/// The host's side of pods.
struct NodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Make this host a node: a network for pods, and the cluster's DNS address.",
        discussion: """
            Examples:
              sudo martlet node up
              sudo martlet serve --listen 10.96.0.10:53 --listen 10.244.0.1:53
              sudo martlet pod run web -l app=web -- python3 -m http.server 80
              sudo martlet node down
            """,
        subcommands: [NodeUp.self, NodeDown.self, NodeStatus.self]
    )
}

/// Makes the node.
struct NodeUp: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Make a bridge for pods, routes, and the address of the cluster's name server.",
        discussion: """
            The bridge has the first address of each of the registry's blocks of pods, and the \
            cluster's DNS address; the host forwards between pods. DNS itself is served by \
            martlet serve, on the addresses that this command prints. Everything belongs to \
            Martlet's link group, and martlet node down removes it.
            """
    )

    @OptionGroup var options: NodeOptions
    @OptionGroup var cluster: SettingsOptions

    @Option(help: "The bridge's name.") var bridge = "martlet0"

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "The address of the cluster's name server; one for each family.",
            discussion: "Default: that of the service kube-dns, else the tenth of its block.",
            valueName: "address"
        )
    )
    var clusterDns: [String] = []

    @Option(help: "The node's name (default: the hostname).") var nodeName: String?

    @Option(help: "The address by which the node is known (default: the host's own).")
    var nodeIp: String?

    @Flag(help: "Let pods reach the outside, with the host's address.")
    var masquerade = false

    func run() throws {
        let record = try bringUp()
        NodeUp.tell(record)
        let flags = NodeUp.serverPlaces(record).map { place in
            place.hasPrefix("[") ? "--listen '\(place)'" : "--listen \(place)"
        }
        Output.line("serve DNS for them: martlet serve \(flags.joined(separator: " "))")
    }

    /// Makes the node, or what is missing of it.
    ///
    /// - Parameter endsWithUp: Whether a node that isn't there yet goes with `martlet up`.
    /// - Returns: What is known about the node.
    /// - Throws: ``Failure`` with what was refused.
    func bringUp(endsWithUp: Bool = false) throws -> NodeRecord {
        try NodeOptions.requireCapabilities()
        let address = try nodeIp.map { text in
            guard let address = IPAddress(text) else {
                throw Failure("--node-ip \(text) is not an IP address", status: .usage)
            }
            return address
        }
        var request = NodeRequest(
            name: nodeName ?? NodeUp.hostname,
            bridge: bridge,
            serverAddresses: clusterDns.flatMap { $0.split(separator: ",") }.map(String.init),
            masquerades: masquerade,
            address: address
        )
        request.endsWithUp = endsWithUp
        let registry = options.podRegistry(try cluster.requested())
        return try Failure.explaining {
            try NodeRuntime(state: options.state, registry: registry).up(request)
        }
    }

    /// Says what the node is.
    static func tell(_ record: NodeRecord) {
        Output.line("node \(record.name) is up: bridge \(record.plan.bridge)")
        for (gateway, block) in zip(record.plan.gateways, record.plan.podBlocks) {
            Output.line("pods: \(block), by \(gateway)")
        }
    }

    /// Where DNS is to be served for the node's pods.
    static func serverPlaces(_ record: NodeRecord) -> [String] {
        (record.plan.serverAddresses + record.plan.gateways).map { address in
            address.isIPv4 ? "\(address):53" : "[\(address)]:53"
        }
    }

    /// The hostname as the name of an object: lower case.
    static var hostname: String {
        let name = SystemFiles.hostname.lowercased()
        return name.isEmpty ? "martlet" : name
    }
}

/// Removes the node.
struct NodeDown: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Remove everything that martlet node up made."
    )

    @OptionGroup var options: NodeOptions

    func run() throws {
        try NodeOptions.requireCapabilities()
        let removed = try Failure.explaining {
            // Not under the feet of one that serves on the node's addresses.
            let claim = try UpClaim(options.state)
            return try withExtendedLifetime(claim) {
                try NodeRuntime(state: options.state, registry: options.podRegistry()).down()
            }
        }
        guard let removed else { return Output.line("no node is up") }
        Output.line("node is down: removed \(removed.joined(separator: ", "))")
    }
}

/// Shows the node.
struct NodeStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the node and what is missing of it."
    )

    @OptionGroup var options: NodeOptions

    @Option(name: [.short, .long], help: "text or json.") var output = NodeFormat.text

    func run() throws {
        let status = try Failure.explaining { try NodeHealth(options.state) }
        switch output {
        case .json: Output.line(JSONWriter.pretty(.object(status.fields)))
        case .text: Output.write(status.text)
        }
        if !status.isWell { throw Failure.silent }
    }
}

/// How a node or pods are shown.
enum NodeFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}
