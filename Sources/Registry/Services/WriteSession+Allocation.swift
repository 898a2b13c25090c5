import Addresses
import KubernetesModel
import OrderedCollections

/// Addresses and ports of services. What is taken is known from the terms of stored services.
extension WriteSession {
    private func isFree(_ term: IndexTerm, for key: ObjectKey) throws -> Bool {
        try transaction.keys(.service, namespace: nil, term: term).allSatisfy { $0 == key }
    }

    /// Honours the cluster IPs that are asked for and picks the others, one per family.
    func allocateClusterIPs(
        _ service: inout Service,
        _ key: ObjectKey,
        replacing old: Service?
    ) throws {
        let kept = Set(old?.clusterIPs ?? [])
        for (index, family) in service.ipFamilies.enumerated() {
            guard
                let block = settings.serviceCIDRs.first(where: {
                    $0.base.isIPv4 == (family == .ipv4)
                })
            else { continue }
            let range = ClusterIPRange(block: block)
            if index < service.clusterIPs.count {
                let text = service.clusterIPs[index]
                if kept.contains(text) { continue }
                service.clusterIPs[index] = try claim(text, range, service, key)
            } else {
                service.clusterIPs.append(try pickClusterIP(range, key))
            }
        }
    }

    private func claim(
        _ text: String,
        _ range: ClusterIPRange,
        _ service: Service,
        _ key: ObjectKey
    ) throws -> String {
        let reason: String
        if let address = IPAddress(text), range.contains(address) {
            let canonical = address.description
            if try isFree(.clusterIP(canonical), for: key) { return canonical }
            reason = "provided IP is already allocated"
        } else {
            reason =
                "the provided IP (\(text)) is not in the valid range. "
                + "The range of valid IPs is \(range.block)"
        }
        throw WriteSession.invalid(
            key,
            FieldError(
                .invalid,
                field: "spec.clusterIPs",
                badValue: .array(service.clusterIPs.map { .string($0) }),
                detail: "failed to allocate IP \(text): \(reason)"
            )
        )
    }

    private func pickClusterIP(_ range: ClusterIPRange, _ key: ObjectKey) throws -> String {
        let offset = try range.band.pick(environment.random) { offset in
            guard !ClusterIPRange.isKept(offset), let address = range.address(at: offset) else {
                return false
            }
            return try isFree(.clusterIP(address.description), for: key)
        }
        guard let offset, let address = range.address(at: offset) else {
            throw RegistryError.exhausted(
                key,
                reason: "failed to allocate a serviceIP: range is full"
            )
        }
        return address.description
    }

    /// Honours the node ports that are asked for and picks the others.
    func allocateNodePorts(
        _ object: inout APIObject,
        _ service: Service,
        replacing old: Service?
    ) throws {
        guard service.type == .nodePort || service.type == .loadBalancer else { return }
        var kept = Set((old?.ports ?? []).map(\.nodePort))
        var ports = object.fields.array(at: "spec", "ports") ?? []
        // One number serves several protocols of the same port.
        var byPort: [Int: Int] = [:]
        for (index, port) in service.ports.enumerated() where port.nodePort != 0 {
            if !kept.contains(port.nodePort) {
                try claim(port.nodePort, "spec.ports[\(index)].nodePort", object.key)
            }
            kept.insert(port.nodePort)
            byPort[port.port] = port.nodePort
        }
        let picks = service.type == .nodePort || service.allocateLoadBalancerNodePorts
        for (index, port) in service.ports.enumerated() where picks && port.nodePort == 0 {
            let isShared = service.ports[..<index].contains {
                $0.port == port.port && $0.transport == port.transport
            }
            let number = try (isShared ? nil : byPort[port.port]) ?? pickNodePort(object.key, kept)
            kept.insert(number)
            byPort[port.port] = number
            if case .object(var fields) = ports[index] {
                fields["nodePort"] = .integer(Int64(number))
                ports[index] = .object(fields)
            }
        }
        object.set(.array(ports), at: "spec", "ports")
        try allocateHealthCheck(&object, service, replacing: old, kept)
    }

    private func allocateHealthCheck(
        _ object: inout APIObject,
        _ service: Service,
        replacing old: Service?,
        _ taken: Set<Int>
    ) throws {
        guard service.type == .loadBalancer, service.externalTrafficPolicy == "Local" else {
            return
        }
        let number = service.healthCheckNodePort
        if number == 0 {
            let picked = try pickNodePort(object.key, taken)
            object.set(.integer(Int64(picked)), at: "spec", "healthCheckNodePort")
        } else if number != old?.healthCheckNodePort {
            try claim(number, "spec.healthCheckNodePort", object.key)
        }
    }

    private func claim(_ number: Int, _ field: String, _ key: ObjectKey) throws {
        let detail: String
        if !settings.nodePorts.contains(number) {
            detail =
                "provided port is not in the valid range. The range of valid ports is "
                + "\(settings.nodePorts.lowerBound)-\(settings.nodePorts.upperBound)"
        } else if try isFree(.nodePort(number), for: key) {
            return
        } else {
            detail = "provided port is already allocated"
        }
        throw WriteSession.invalid(
            key,
            FieldError(.invalid, field: field, badValue: .integer(Int64(number)), detail: detail)
        )
    }

    private func pickNodePort(_ key: ObjectKey, _ taken: Set<Int>) throws -> Int {
        let range = settings.nodePorts
        let offset = try AllocationBand.ports(UInt64(range.count)).pick(environment.random) {
            let number = range.lowerBound + Int($0)
            return try !taken.contains(number) && isFree(.nodePort(number), for: key)
        }
        guard let offset else {
            throw RegistryError.exhausted(
                key,
                reason: "failed to allocate a nodePort: range is full"
            )
        }
        return range.lowerBound + Int(offset)
    }

    /// Gives a LoadBalancer service an ingress address of each of its families.
    ///
    /// `spec.loadBalancerIP` is a hint: it is honoured if it is free and in a pool. A family whose
    /// pools are full stays without an address, as it would pend in a cluster.
    func allocateLoadBalancer(
        _ object: inout APIObject,
        _ service: Service,
        replacing old: Service?
    ) throws {
        guard service.type == .loadBalancer else {
            object.set([:], at: "status", "loadBalancer")
            return
        }
        let wanted = IPAddress(service.loadBalancerIP)
        var points: [Value] = []
        for family in service.ipFamilies {
            let pools = settings.loadBalancerPools.filter { $0.base.isIPv4 == (family == .ipv4) }
            let present = (old?.loadBalancerIngress ?? []).compactMap { IPAddress($0.ip) }
                .first { $0.isIPv4 == (family == .ipv4) }
            let hint = wanted.flatMap { $0.isIPv4 == (family == .ipv4) ? $0 : nil }
            if let address = try ingress(hint, present, pools, object.key) {
                points.append(["ip": .string(address.description), "ipMode": "VIP"])
            }
        }
        let balancer: Fields = points.isEmpty ? [:] : ["ingress": .array(points)]
        object.set(.object(balancer), at: "status", "loadBalancer")
    }

    private func ingress(
        _ hint: IPAddress?,
        _ present: IPAddress?,
        _ pools: [CIDRBlock],
        _ key: ObjectKey
    ) throws -> IPAddress? {
        func isUsable(_ address: IPAddress) throws -> Bool {
            try pools.contains { ClusterIPRange(block: $0).contains(address) }
                && isFree(.loadBalancerIP(address.description), for: key)
        }
        if let hint, try isUsable(hint) { return hint }
        // An address outlives a change of the pools.
        if let present { return present }
        for pool in pools {
            let range = ClusterIPRange(block: pool)
            let band = AllocationBand(count: range.count, reserved: 0)
            let offset = try band.pick(environment.random) { offset in
                try range.address(at: offset).map(isUsable) ?? false
            }
            if let offset { return range.address(at: offset) }
        }
        return nil
    }
}
