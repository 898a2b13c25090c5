internal import ClusterView
internal import DNSWire

extension K8sExternalView {
    /// The zone for a transfer, service by service.
    var contents: ZoneContents {
        let view = self
        let apex =
            [record(zone, .ns(server))]
            + cluster.serverAddresses.map { record(server, .address($0)) }
        let externals = snapshot.allExternals
        let listing = options.includesHeadless ? ServiceListing(snapshot) : nil
        var next = -1
        return ZoneContents(start: start) {
            next += 1
            if next == 0 { return apex }
            let index = next - 1
            if index < externals.count { return view.records(of: externals[index]) }
            guard let listing, index - externals.count < listing.count else { return nil }
            return view.records(of: listing[index - externals.count])
        }
    }

    private func records(of service: ExternalService) -> [ResourceRecord] {
        guard cluster.shows(service.namespace, in: snapshot),
            let owner = zone.below(service.name, service.namespace)
        else { return [] }
        return records(locations(of: service), owner)
    }

    private func records(of service: ShownService) -> [ResourceRecord] {
        guard service.shape == .headless, cluster.shows(service.namespace, in: snapshot),
            snapshot.external(service.name, namespace: service.namespace) == nil,
            let owner = zone.below(service.name, service.namespace)
        else { return [] }
        let all = locations(of: service)
        // An endpoint's address is at its own name, and at the service's.
        return records(all, owner) + glue(all)
    }

    /// The addresses at a service's name, and SRV there and at the names of its ports.
    private func records(_ locations: [ExternalLocation], _ owner: Name) -> [ResourceRecord] {
        var seen: Set<ExternalTarget> = []
        var records: [ResourceRecord] = []
        for location in locations where seen.insert(location.target).inserted {
            switch location.target {
            case .address(let address): records.append(record(owner, .address(address)))
            // An alias stands alone (RFC 2181 §10.1), and is told once.
            case .name(let name): if records.isEmpty { return [record(owner, .cname(name))] }
            }
        }
        records += services(locations, at: owner)
        let byPort = Dictionary(grouping: locations) { $0.port.flatMap { owner.below($0) } }
        for (name, group) in byPort.sorted(by: { ($0.key ?? .root) < ($1.key ?? .root) }) {
            if let name { records += services(group, at: name) }
        }
        return records
    }
}
