internal import Addresses
internal import KubernetesModel

/// Arranges a service and its slices as one block.
///
/// Endpoints are grouped by label, so that the addresses of a label lie side by side; labels that
/// come with several slices get the union of their ports.
struct ServiceLayout {
    /// Where a part of the block starts, and its octets or values.
    typealias Part = (start: Int, count: Int)

    /// The finished block and its parts.
    @safe
    struct Parts {
        var block: UnsafeRawBufferPointer
        var key: Part
        var externalName: Part
        var ipv4: Part
        var ipv6: Part
        var endpointIPv4: Part
        var endpointIPv6: Part
        var ports: Part
        var servicePortCount: Int
        var endpoints: Part
        var table: Part
    }

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

    /// Makes the block.
    func finish() -> Parts {
        var builder = OctetBlockBuilder()
        let keyOctets = (wireLabel(service.name) ?? []) + (wireLabel(service.namespace) ?? [])
        let key = (builder.append(keyOctets), keyOctets.count)
        let external = (builder.append(service.externalName), service.externalName.count)
        let endpointIPv4 = append(groups.flatMap(\.ipv4), to: &builder)
        let endpointIPv6 = append(groups.flatMap(\.ipv6), to: &builder)
        var ipv4 = endpointIPv4
        var ipv6 = endpointIPv6
        if service.shape != .headless {
            ipv4 = append(service.clusterIPs.filter(\.isIPv4), to: &builder)
            ipv6 = append(service.clusterIPs.filter { !$0.isIPv4 }, to: &builder)
        } else if hasSharedAddress {
            ipv4 = append(distinct(groups.flatMap(\.ipv4)), to: &builder)
            ipv6 = append(distinct(groups.flatMap(\.ipv6)), to: &builder)
        }
        var entries: [PortEntry] = []
        appendPorts(service.ports, to: &entries, &builder)
        let servicePortCount = entries.count
        var setFirst: [Int] = []
        var setCount: [Int] = []
        for set in portSets {
            setFirst.append(entries.count)
            appendPorts(set, to: &entries, &builder)
            setCount.append(entries.count - (setFirst.last ?? 0))
        }
        var endpoints: [EndpointEntry] = []
        endpoints.reserveCapacity(groups.count)
        var next: (ipv4: UInt32, ipv6: UInt32) = (0, 0)
        for group in groups {
            endpoints.append(
                EndpointEntry(
                    labelStart: UInt32(builder.append(group.label)),
                    ipv4First: next.ipv4,
                    ipv4Count: UInt32(group.ipv4.count),
                    ipv6First: next.ipv6,
                    ipv6Count: UInt32(group.ipv6.count),
                    portFirst: UInt32(setFirst[group.portSet]),
                    portCount: UInt32(setCount[group.portSet])
                )
            )
            next.ipv4 += UInt32(group.ipv4.count)
            next.ipv6 += UInt32(group.ipv6.count)
        }
        let portPart = (builder.append(values: entries), entries.count)
        let endpointPart = (builder.append(values: endpoints), endpoints.count)
        let table = hashTable()
        let tablePart = (builder.append(values: table), table.count)
        return unsafe Parts(
            block: builder.finish(),
            key: key,
            externalName: external,
            ipv4: ipv4,
            ipv6: ipv6,
            endpointIPv4: endpointIPv4,
            endpointIPv6: endpointIPv6,
            ports: portPart,
            servicePortCount: servicePortCount,
            endpoints: endpointPart,
            table: tablePart
        )
    }

    private func append(_ addresses: [IPAddress], to builder: inout OctetBlockBuilder) -> Part {
        var octets: [UInt8] = []
        octets.reserveCapacity(addresses.count * 16)
        for address in addresses { octets.append(contentsOf: address.octets) }
        return (builder.append(octets), octets.count)
    }

    private func appendPorts(
        _ ports: [PortData],
        to entries: inout [PortEntry],
        _ builder: inout OctetBlockBuilder
    ) {
        for port in ports {
            guard let number = port.number, port.name.utf8.count <= 63 else { continue }
            let transport: UInt8 =
                switch port.transport {
                case .tcp: 0
                case .udp: 1
                case .sctp: 2
                }
            entries.append(
                PortEntry(
                    nameStart: UInt32(builder.append(port.name.utf8)),
                    nameCount: UInt8(port.name.utf8.count),
                    transport: transport,
                    number: number
                )
            )
        }
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
