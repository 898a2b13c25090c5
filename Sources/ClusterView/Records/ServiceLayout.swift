internal import Addresses
internal import KubernetesModel

/// Arranges a service and its slices as one block.
///
/// Endpoints are grouped by label, so that the addresses of a label lie side by side; labels that
/// come with several slices get the union of their ports.
struct ServiceLayout {
    /// What is known of a label.
    private struct Group {
        var label: [UInt8]
        var ipv4: [IPAddress] = []
        var ipv6: [IPAddress] = []
        var portSet: Int
    }

    /// Below this many labels, a walk is as quick as a hash table.
    private static let tableThreshold = 16

    private let service: ServiceData
    private var groups: [Group] = []
    private var groupOfLabel: [String: Int] = [:]
    private var portSets: [[PortData]] = []
    private var portSetIndex: [[PortData]: Int] = [:]

    /// Starts the layout of a service.
    init(_ service: ServiceData) {
        self.service = service
    }

    /// Adds the endpoints of a slice.
    ///
    /// Labels that can't be in a name are left out.
    mutating func add(_ slice: SliceData) {
        guard service.shape != .external, !slice.endpoints.isEmpty else { return }
        let set = intern(slice.ports)
        for endpoint in slice.endpoints {
            guard let group = group(endpoint.label, portSet: set) else { continue }
            if endpoint.address.isIPv4 {
                guard !groups[group].ipv4.contains(endpoint.address) else { continue }
                groups[group].ipv4.append(endpoint.address)
            } else {
                guard !groups[group].ipv6.contains(endpoint.address) else { continue }
                groups[group].ipv6.append(endpoint.address)
            }
        }
    }

    private mutating func intern(_ ports: [PortData]) -> Int {
        if let index = portSetIndex[ports] { return index }
        portSets.append(ports)
        portSetIndex[ports] = portSets.count - 1
        return portSets.count - 1
    }

    private mutating func group(_ label: String, portSet: Int) -> Int? {
        if let index = groupOfLabel[label] {
            if groups[index].portSet != portSet {
                let known = portSets[groups[index].portSet]
                let more = portSets[portSet].filter { !known.contains($0) }
                groups[index].portSet = intern(known + more)
            }
            return index
        }
        guard let wire = wireLabel(label) else { return nil }
        groups.append(Group(label: wire, portSet: portSet))
        groupOfLabel[label] = groups.count - 1
        return groups.count - 1
    }

    /// Makes the head and the block.
    func finish() -> (ServiceHead, [UInt8]) {
        var builder = OctetBlockBuilder()
        let key = (wireLabel(service.name) ?? []) + (wireLabel(service.namespace) ?? [])
        _ = builder.append(key)
        let isHeadless = service.shape == .headless
        let shared = isHeadless && hasSharedAddress
        let given = groups.flatMap(\.ipv4)
        let givenIPv6 = groups.flatMap(\.ipv6)
        let own = shared ? distinct(given) : service.clusterIPs.filter(\.isIPv4)
        let ownIPv6 = shared ? distinct(givenIPv6) : service.clusterIPs.filter { !$0.isIPv4 }
        var ipv4 = append(isHeadless && !shared ? [] : own, to: &builder)
        var ipv6 = append(isHeadless && !shared ? [] : ownIPv6, to: &builder)
        var parts = ServiceParts()
        let partsStart = builder.append(values: [parts])
        appendPorts(&parts, to: &builder)
        (parts.endpointIPv4Start, parts.endpointIPv4Count) = append(given, to: &builder)
        (parts.endpointIPv6Start, parts.endpointIPv6Count) = append(givenIPv6, to: &builder)
        if isHeadless && !shared {
            ipv4 = (parts.endpointIPv4Start, parts.endpointIPv4Count)
            ipv6 = (parts.endpointIPv6Start, parts.endpointIPv6Count)
        }
        parts.externalNameStart = UInt32(builder.append(service.externalName))
        parts.externalNameCount = UInt32(service.externalName.count)
        appendEndpoints(&parts, to: &builder)
        builder.replace(partsStart, with: parts)
        let head = ServiceHead(
            hash: unsafe key.withUnsafeBytes { unsafe keyHash($0) },
            keyCount: UInt8(key.count),
            shape: service.shape,
            ipv4Start: ipv4.start,
            ipv4Count: ipv4.count,
            ipv6Start: ipv6.start,
            ipv6Count: ipv6.count,
            partsStart: UInt32(partsStart)
        )
        return (head, builder.octets)
    }

    /// Appends the service's ports, those of each slice, and the names of all.
    private func appendPorts(_ parts: inout ServiceParts, to builder: inout OctetBlockBuilder) {
        let sets = [service.ports] + portSets
        let kept = sets.map { $0.filter { $0.number != nil && $0.name.utf8.count <= 63 } }
        let count = kept.reduce(0) { $0 + $1.count }
        let portOctets = count * MemoryLayout<PortEntry>.stride
        let rangeOctets = portSets.count * MemoryLayout<PortRange>.stride
        parts.servicePortCount = UInt32(kept[0].count)
        parts.portCount = UInt32(count)
        parts.portStart = UInt32(builder.align(4))
        parts.portRangeStart = parts.portStart + UInt32(portOctets)
        // The names come behind both lists.
        let nameStart = Int(parts.portRangeStart) + rangeOctets
        var entries: [PortEntry] = []
        var ranges: [PortRange] = []
        var names: [UInt8] = []
        for (index, set) in kept.enumerated() {
            if index > 0 {
                ranges.append(
                    PortRange(first: UInt32(entries.count), count: UInt32(set.count))
                )
            }
            for port in set {
                entries.append(ServiceLayout.entry(port, nameStart: nameStart + names.count))
                names.append(contentsOf: port.name.utf8)
            }
        }
        _ = builder.append(values: entries)
        _ = builder.append(values: ranges)
        _ = builder.append(names)
    }

    private static func entry(_ port: PortData, nameStart: Int) -> PortEntry {
        let transport: UInt8 =
            switch port.transport {
            case .tcp: 0
            case .udp: 1
            case .sctp: 2
            }
        return PortEntry(
            nameStart: UInt32(nameStart),
            nameCount: UInt8(port.name.utf8.count),
            transport: transport,
            number: port.number ?? 0
        )
    }

    /// Appends the labels, the entry of each, and the table that finds them.
    private func appendEndpoints(
        _ parts: inout ServiceParts,
        to builder: inout OctetBlockBuilder
    ) {
        var entries: [PackedEndpoint] = []
        entries.reserveCapacity(groups.count + 1)
        var next = PackedEndpoint(labelStart: 0, ipv4First: 0, ipv6First: 0, portRange: 0)
        for group in groups {
            next.labelStart = UInt32(builder.append(group.label))
            next.portRange = UInt32(group.portSet)
            entries.append(next)
            next.ipv4First += UInt32(group.ipv4.count)
            next.ipv6First += UInt32(group.ipv6.count)
        }
        entries.append(next)
        parts.endpointStart = UInt32(builder.append(values: entries))
        parts.endpointCount = UInt32(groups.count)
        let table = hashTable()
        parts.tableStart = UInt32(builder.append(values: table))
        parts.tableCount = UInt32(table.count)
    }

    private func append(
        _ addresses: [IPAddress],
        to builder: inout OctetBlockBuilder
    ) -> (start: UInt32, count: UInt32) {
        // A word that lies across two cache lines takes longer to read.
        let start = builder.align(4)
        for address in addresses { _ = builder.append(address.octets) }
        return (UInt32(start), UInt32(builder.octets.count - start))
    }

    /// Whether two labels lead to one address: rare, and then a service's own list must be made
    /// apart from the labels' lists.
    private var hasSharedAddress: Bool {
        var seen: Set<IPAddress> = []
        return groups.contains { group in
            (group.ipv4 + group.ipv6).contains { !seen.insert($0).inserted }
        }
    }

    private func distinct(_ addresses: [IPAddress]) -> [IPAddress] {
        var seen: Set<IPAddress> = []
        return addresses.filter { seen.insert($0).inserted }
    }

    private func hashTable() -> [UInt32] {
        guard groups.count > ServiceLayout.tableThreshold else { return [] }
        var capacity = 16
        while capacity < groups.count * 2 { capacity *= 2 }
        var table = [UInt32](repeating: 0, count: capacity)
        for (index, group) in groups.enumerated() {
            let hash = unsafe group.label.withUnsafeBytes { unsafe keyHash($0) }
            var place = Int(truncatingIfNeeded: hash) & (capacity - 1)
            while table[place] != 0 { place = (place + 1) & (capacity - 1) }
            table[place] = UInt32(index + 1)
        }
        return table
    }
}
