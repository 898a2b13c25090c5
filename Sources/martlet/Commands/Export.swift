import Addresses
import ArgumentParser
import ClusterView
import DNSWire
import KubernetesModel
import Registry
import ZoneFiles

/// Writes the registry in other programs' formats.
struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the registry in other programs' formats.",
        subcommands: [ExportZone.self]
    )
}

/// Writes the cluster's zone as a zone file.
struct ExportZone: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zone",
        abstract: "Write the cluster's zone as a zone file, which any DNS server can load.",
        discussion: """
            Examples:
              martlet export zone -o cluster.local.zone
              martlet export zone --ttl 30 | named-checkzone cluster.local /dev/stdin
            """
    )

    @OptionGroup var registry: RegistryOptions

    @Option(name: [.short, .long], help: ArgumentHelp("A file to write.", valueName: "path"))
    var output: String?

    @Option(help: "Seconds that records may be kept.")
    var ttl: UInt32 = 5

    @Option(parsing: .singleValue, help: "An address of the zone's name server; repeatable.")
    var serverAddress: [String] = []

    func run() throws {
        guard ttl <= 3600 else {
            throw Failure("--ttl must be 0 to 3600", status: .usage)
        }
        let registry = try registry.open()
        defer { registry.close() }
        let zone = try Name(parsing: registry.settings.clusterDomain)
        var index = ClusterIndex()
        try registry.store.read { reader in
            for kind in [Kind.namespace, .service, .endpointSlice] {
                try reader.forEach(kind, namespace: nil, term: nil) { object in
                    try ExportZone.add(object, to: &index)
                }
            }
        }
        let description = ZoneExport(
            zone: zone,
            timeToLive: ttl,
            serial: UInt32(truncatingIfNeeded: Timestamp.now),
            serverAddresses: try addresses()
        )
        let file = try ZoneFile(records: try index.records(description), origin: zone)
        guard let output else { return Output.write(file.text) }
        try SystemFiles.write(file.text, to: output)
    }

    private static func add(_ object: APIObject, to index: inout ClusterIndex) throws {
        switch object.key.kind {
        case .namespace: index.addNamespace(object.key.name)
        case .service: index.update(try Service(object))
        default: index.update(try EndpointSlice(object))
        }
    }

    /// The addresses of the name server: a zone file whose NS has none is no good one.
    private func addresses() throws -> [IPAddress] {
        let texts = serverAddress.isEmpty ? ["127.0.0.1"] : serverAddress
        return try texts.map { text in
            guard let address = IPAddress(text) else {
                throw Failure("--server-address \(text) is not an IP address", status: .usage)
            }
            return address
        }
    }
}
