internal import Addresses
internal import ClusterView
internal import DNSWire

/// What a `kubernetes` block shows of a cluster: for transfers, metadata and `k8s_external`.
struct ShownCluster: Sendable {
    /// The zones, as the directive names them.
    var zones: [Name]
    /// Those of them that hold the names of services.
    var forwardZones: [Name]
    /// Which of the worker's views the block shows.
    var viewIndex: Int
    /// Seconds that answers may be kept.
    var timeToLive: UInt32
    /// The namespaces that are shown, lower case; empty means all.
    var namespaces: Set<String>
    /// The addresses that the server answers on.
    var serverAddresses: [IPAddress]
    /// Whether queries are told which pod they are from.
    var tellsClients = false

    /// Whether a namespace exists and is shown.
    func shows(_ namespace: String, in snapshot: ClusterSnapshot) -> Bool {
        isListed(namespace) && snapshot.hasNamespace(namespace)
    }

    /// Whether a namespace is among those that are shown.
    func isListed(_ namespace: String) -> Bool {
        namespaces.isEmpty || namespaces.contains(namespace.lowercased())
    }

    /// The SOA record of a zone (CoreDNS `plugin/backend_lookup.go`).
    static func start(
        _ zone: Name,
        server: Name,
        serial: UInt32,
        timeToLive: UInt32
    ) -> ResourceRecord {
        ResourceRecord(
            name: zone,
            timeToLive: min(timeToLive, 300),
            data: .soa(
                StartOfAuthority(
                    primary: server,
                    mailbox: (try? zone.prepending(label: "hostmaster")) ?? zone,
                    serial: serial,
                    refresh: 7200,
                    retry: 1800,
                    expire: 86400,
                    minimum: timeToLive
                )
            )
        )
    }
}

extension Name {
    /// The name with labels in front; nil if it is too long.
    func below(_ labels: String...) -> Name? {
        var name = self
        for label in labels.reversed() {
            guard let longer = try? name.prepending(label: label) else { return nil }
            name = longer
        }
        return name
    }
}
