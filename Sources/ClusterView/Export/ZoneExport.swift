public import Addresses
public import DNSWire
internal import KubernetesModel

/// What a zone made from the view says of itself.
public struct ZoneExport: Sendable {
    /// The zone's name.
    public var zone: Name
    /// Seconds that records may be kept.
    public var timeToLive: UInt32
    /// The serial number.
    public var serial: UInt32
    /// The addresses of the zone's server.
    public var serverAddresses: [IPAddress]

    /// Creates the description of a zone.
    public init(
        zone: Name,
        timeToLive: UInt32 = 5,
        serial: UInt32,
        serverAddresses: [IPAddress] = []
    ) {
        self.zone = zone
        self.timeToLive = timeToLive
        self.serial = serial
        self.serverAddresses = serverAddresses
    }

    /// The records at the zone's own names: SOA, NS, the server, the schema's version.
    func apex() throws(NameError) -> [ResourceRecord] {
        let server = try below("ns", "dns")
        let start = StartOfAuthority(
            primary: server,
            mailbox: try below("hostmaster"),
            serial: serial,
            refresh: 7200,
            retry: 1800,
            expire: 86400,
            minimum: timeToLive
        )
        let version = ResourceRecord(
            name: try below("dns-version"),
            timeToLive: 28800,
            data: .txt([Array("1.1.0".utf8)])
        )
        return [record(zone, .soa(start)), record(zone, .ns(server))]
            + serverAddresses.map { record(server, .address($0)) } + [version]
    }

    /// A record with the zone's time to live.
    func record(_ name: Name, _ data: RecordData) -> ResourceRecord {
        ResourceRecord(name: name, timeToLive: timeToLive, data: data)
    }

    /// The name with `labels` in front of the zone.
    func below(_ labels: String...) throws(NameError) -> Name {
        var name = zone
        for label in labels.reversed() { name = try name.prepending(label: label) }
        return name
    }
}

extension ClusterIndex {
    /// All records of the cluster's zone, as answers would give them: for a zone file.
    ///
    /// Names of pods by address are left out, as in a zone transfer.
    ///
    /// - Parameter export: What the zone says of itself.
    /// - Returns: The records, the SOA first, then by service.
    /// - Throws: `NameError` if a name would be too long.
    public func records(_ export: ZoneExport) throws(NameError) -> [ResourceRecord] {
        var records = try export.apex()
        let keys = states.keys.sorted {
            ($0.namespace, $0.name) < ($1.namespace, $1.name)
        }
        for key in keys {
            guard let state = states[key], let service = state.content.service else { continue }
            let owner = try export.below(service.name, service.namespace, "svc")
            let slices = state.content.orderedSlices
            records += try ServiceExport(service, slices, owner: owner, export).records()
        }
        return records
    }
}

/// The records of one service.
private struct ServiceExport {
    let service: ServiceData
    let slices: [SliceData]
    let owner: Name
    let export: ZoneExport

    init(_ service: ServiceData, _ slices: [SliceData], owner: Name, _ export: ZoneExport) {
        self.service = service
        self.slices = slices
        self.owner = owner
        self.export = export
    }

    func records() throws(NameError) -> [ResourceRecord] {
        switch service.shape {
        case .absent: return []
        case .external:
            guard let target = try? Name(wire: service.externalName) else { return [] }
            return [export.record(owner, .cname(target))]
        case .virtual:
            return addresses(owner, service.clusterIPs) + (try virtualPorts())
                + (try endpointAddresses())
        case .headless:
            let all = slices.flatMap(\.endpoints).map(\.address)
            return addresses(owner, all) + (try headlessPorts()) + (try endpointAddresses())
        }
    }

    /// One record for each distinct address.
    private func addresses(_ name: Name, _ list: [IPAddress]) -> [ResourceRecord] {
        Set(list).sorted().map { export.record(name, .address($0)) }
    }

    /// The addresses at each endpoint's own name.
    private func endpointAddresses() throws(NameError) -> [ResourceRecord] {
        var records: [ResourceRecord] = []
        let byLabel = Dictionary(grouping: slices.flatMap(\.endpoints), by: \.label)
        for (label, endpoints) in byLabel.sorted(by: { $0.key < $1.key }) {
            guard wireLabel(label) != nil else { continue }
            let name = try owner.prepending(label: label)
            records += addresses(name, endpoints.map(\.address))
        }
        return records
    }

    /// SRV of a service with cluster IPs: it is its own target.
    private func virtualPorts() throws(NameError) -> [ResourceRecord] {
        let pairs = service.ports.map { (port: $0, target: owner) }
        return try locations(pairs, addressCount: service.clusterIPs.count)
    }

    /// SRV of a headless service: one for each endpoint and port.
    private func headlessPorts() throws(NameError) -> [ResourceRecord] {
        var pairs: [(port: PortData, target: Name)] = []
        for slice in slices {
            for endpoint in slice.endpoints where wireLabel(endpoint.label) != nil {
                let target = try owner.prepending(label: endpoint.label)
                pairs += slice.ports.map { (port: $0, target: target) }
            }
        }
        return try locations(pairs, addressCount: 1)
    }

    /// The records at the service's name, and at each port's name.
    private func locations(
        _ pairs: [(port: PortData, target: Name)],
        addressCount: Int
    ) throws(NameError) -> [ResourceRecord] {
        let numbered = pairs.filter { $0.port.number != nil }
        var records = locations(owner, numbered, addressCount)
        let named = Dictionary(grouping: numbered.filter { !$0.port.name.isEmpty }) { pair in
            [pair.port.name, pair.port.transport.rawValue.lowercased()]
        }
        for (labels, group) in named.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let name = try owner.prepending(label: "_\(labels[1])")
                .prepending(label: "_\(labels[0])")
            records += locations(name, group, addressCount)
        }
        return records
    }

    private func locations(
        _ name: Name,
        _ pairs: [(port: PortData, target: Name)],
        _ addressCount: Int
    ) -> [ResourceRecord] {
        let weight = UInt16(max(1, 100 / max(1, pairs.count * addressCount)))
        var seen: Set<ServiceLocation> = []
        return pairs.compactMap { pair in
            guard let number = pair.port.number else { return nil }
            let location = ServiceLocation(
                priority: 0,
                weight: weight,
                port: number,
                target: pair.target
            )
            return seen.insert(location).inserted ? export.record(name, .srv(location)) : nil
        }
    }
}
