internal import Addresses
internal import ClusterView
internal import DNSWire

extension ShownCluster {
    /// Offers a zone for transfer, as one version of the view shows it.
    func offer(_ zone: Name, _ snapshot: ClusterSnapshot) -> TransferOffer {
        guard forwardZones.contains(zone), let server = zone.below("ns", "dns") else {
            return .notHere
        }
        let start = ShownCluster.start(
            zone,
            server: server,
            serial: snapshot.serial,
            timeToLive: timeToLive
        )
        let apex =
            [ResourceRecord(name: zone, timeToLive: timeToLive, data: .ns(server))]
            // As in CoreDNS, the server's own addresses are not to be kept.
            + serverAddresses.map {
                ResourceRecord(name: server, timeToLive: 0, data: .address($0))
            }
        var listing: ServiceListing?
        var next = 0
        return .zone(
            ZoneContents(start: start) { [self] in
                guard let services = listing else {
                    listing = ServiceListing(snapshot)
                    return apex
                }
                guard next < services.count else { return nil }
                let service = services[next]
                next += 1
                guard shows(service.namespace, in: snapshot) else { return [] }
                return records(of: service, zone)
            }
        )
    }

    /// All records of a service, without those of pods by address.
    private func records(of service: ShownService, _ zone: Name) -> [ResourceRecord] {
        guard let owner = zone.below(service.name, service.namespace, "svc") else { return [] }
        switch service.shape {
        case .absent: return []
        case .external:
            return service.target.map { [record(owner, .cname($0))] } ?? []
        case .virtual:
            return service.clusterIPs.map { record(owner, .address($0)) }
                + service.ports.flatMap { port in
                    // Ports without a name are found at the service's own name only.
                    [locate(owner, port, 100, owner)]
                        + [owner.below(port)].compactMap { $0 }
                        .map { locate($0, port, 100, owner) }
                }
        case .headless:
            let count = service.endpoints.reduce(0) { $0 + $1.addresses.count }
            let weight = UInt16(max(1, 100 / max(1, count)))
            return service.endpoints.flatMap { endpoint -> [ResourceRecord] in
                guard let name = owner.below(endpoint.label) else { return [] }
                return endpoint.addresses.flatMap {
                    [record(owner, .address($0)), record(name, .address($0))]
                }
                    + endpoint.ports.compactMap { port in
                        owner.below(port).map { locate($0, port, weight, name) }
                    }
            }
        }
    }

    private func record(_ name: Name, _ data: RecordData) -> ResourceRecord {
        ResourceRecord(name: name, timeToLive: timeToLive, data: data)
    }

    private func locate(
        _ owner: Name,
        _ port: ShownPort,
        _ weight: UInt16,
        _ target: Name
    ) -> ResourceRecord {
        let location = ServiceLocation(
            priority: 0,
            weight: weight,
            port: port.number,
            target: target
        )
        return record(owner, .srv(location))
    }
}

extension Name {
    /// The name of a port of the service with this name; nil if the port has none.
    func below(_ port: ShownPort) -> Name? {
        port.name.isEmpty ? nil : below("_\(port.name)", "_\(port.transport)")
    }
}
