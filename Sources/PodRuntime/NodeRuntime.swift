public import Addresses
import Glibc
internal import HostNetwork
internal import KubernetesModel
internal import Registry

/// Makes and removes a node: the host's side of the network, and its objects in the registry.
public struct NodeRuntime {
    let state: StateDirectory
    let registry: PodRegistry

    /// Names the places to work on.
    public init(state: StateDirectory, registry: PodRegistry) {
        self.state = state
        self.registry = registry
    }

    /// The note on the bridge that says whose it is.
    private var note: String { "martlet node \(state.path)" }

    /// Makes the node, or what is missing of it.
    ///
    /// - Parameter request: What the node is to be.
    /// - Returns: What is known about the node from now on.
    /// - Throws: ``PodError``, `NetworkError` or `RegistryError` with what was refused.
    public func up(_ request: NodeRequest) throws -> NodeRecord {
        let record = try state.exclusively {
            let old = try state.node()
            let plan = try registry.with { try request.plan($0) }
            if let old, old.plan != plan || old.name != request.name {
                throw PodError(
                    "a node is up already, with other settings (martlet node status shows them): "
                        + "martlet node down"
                )
            }
            let network = NodeNetwork(plan, note: note)
            try network.check()
            try registry.with { try checkAddresses(plan, $0) }
            let address = try request.address ?? NodeRuntime.ownAddress(plan)
            var record = old ?? NodeRecord(name: request.name, plan: plan, address: address)
            // Who asks for a node that stays gets one, whoever made it.
            record.endsWithUp = request.endsWithUp && old?.endsWithUp ?? true
            do {
                try make(&record, network)
            } catch {
                // What is half there would be in the way of the next attempt.
                if old == nil { _ = try? unmake(record) }
                throw error
            }
            return record
        }
        _ = try Sweep(state: state, registry: registry).all(includesEnded: false)
        return record
    }

    /// Removes the node; the pods must have ended.
    ///
    /// - Parameter bridge: The bridge to remove if nothing is known about the node.
    /// - Returns: The names of the links that were removed; nil if there was no node.
    /// - Throws: ``PodError`` if pods run.
    public func down(bridge: String = "martlet0") throws -> [String]? {
        _ = try Sweep(state: state, registry: registry).all()
        return try state.exclusively {
            guard let record = try state.node() else {
                // Its state is gone, as when somebody removed the directory.
                let removed = try NodeNetwork.down(bridge: bridge, note: note)
                return removed.isEmpty ? nil : removed
            }
            let running = state.pods.filter(\.isAttended).map(\.title)
            guard running.isEmpty else {
                let names = running.prefix(3).map { "\($0.namespace)/\($0.name)" }
                let more = running.count > 3 ? " and \(running.count - 3) more" : ""
                throw PodError(
                    "\(running.count == 1 ? "a pod runs" : "pods run") on this node: "
                        + "\(names.joined(separator: ", "))\(more); martlet pod stop --all -A"
                )
            }
            return try unmake(record)
        }
    }

    /// Makes what is missing of a node.
    private func make(_ record: inout NodeRecord, _ network: NodeNetwork) throws {
        // Before anything is made, so that all of it can be found again.
        try StateFile.write(record.fields, to: state.nodePath)
        for (setting, former) in try network.up() where record.formerSettings[setting] == nil {
            record.formerSettings[setting] = former
        }
        try StateFile.write(record.fields, to: state.nodePath)
        if record.plan.masquerades { try Masquerade(record.plan).up() }
        let objects = NodeObjects(record, state)
        try registry.write { try objects.up($0) }
    }

    /// Removes all of a node.
    ///
    /// - Returns: The names of the links that were removed.
    @discardableResult
    private func unmake(_ record: NodeRecord) throws -> [String] {
        let removed = try NodeNetwork.down(bridge: record.plan.bridge, note: note)
        for (setting, former) in record.formerSettings { try? setting.set(former) }
        let objects = NodeObjects(record, state)
        try registry.write { try objects.down($0) }
        if record.plan.masquerades { try Masquerade(record.plan).down() }
        // SAFETY: the path is passed as a terminated copy.
        _ = unsafe unlink(state.nodePath)
        return removed
    }

    /// Refuses a registry in which somebody has an address that the node needs.
    private func checkAddresses(_ plan: NodePlan, _ registry: Registry) throws {
        for gateway in plan.gateways {
            let pods = try registry.store.read {
                try $0.list(.pod, namespace: nil, term: .podIP(gateway.description))
            }
            guard let pod = pods.first else { continue }
            throw PodError(
                "pod \"\(pod.key.name)\" in namespace \"\(pod.key.namespace)\" has the address "
                    + "\(gateway), which the bridge needs: delete the pod"
            )
        }
    }

    /// The address that the host speaks to the world with; the bridge's, if it has no way there.
    private static func ownAddress(_ plan: NodePlan) throws -> IPAddress {
        let socket = try LinkSocket()
        let wanted = plan.podBlocks.first?.base.isIPv4 ?? true
        let ways = try socket.routes().filter { route in
            route.destination == nil && (route.gateway?.isIPv4 ?? wanted) == wanted
        }
        for way in ways {
            if let source = way.source { return source }
            let own = try socket.addresses().first {
                $0.link == way.link && $0.address.isIPv4 == wanted
            }
            if let own { return own.address }
        }
        return plan.gateways.first ?? IPAddress(ipv4: 0x7F00_0001)
    }
}

/// What a node is to be; what isn't said is as the registry has it.
public struct NodeRequest: Sendable {
    /// The name of the node's object.
    public var name: String
    /// The bridge's name.
    public var bridge: String
    /// The addresses of the cluster's name server; empty for the registry's.
    public var serverAddresses: [String]
    /// Whether pods reach the outside with the host's address.
    public var masquerades: Bool
    /// The address by which the node is known; nil for the host's own.
    public var address: IPAddress?
    /// Whether a node that isn't there yet is one that goes with `martlet up`.
    public var endsWithUp = false

    /// Creates a request.
    public init(
        name: String,
        bridge: String = "martlet0",
        serverAddresses: [String] = [],
        masquerades: Bool = false,
        address: IPAddress? = nil
    ) {
        self.name = name
        self.bridge = bridge
        self.serverAddresses = serverAddresses
        self.masquerades = masquerades
        self.address = address
    }

    /// The network's plan, with the blocks of a registry.
    func plan(_ registry: Registry) throws -> NodePlan {
        let settings = registry.settings
        return NodePlan(
            bridge: bridge,
            podBlocks: settings.podCIDRs,
            serviceBlocks: settings.serviceCIDRs,
            serverAddresses: try servers(registry),
            masquerades: masquerades
        )
    }

    /// The name server's addresses: those asked for, those of the service `kube-dns`, or the tenth
    /// of each block of services, as kubeadm has it.
    private func servers(_ registry: Registry) throws -> [IPAddress] {
        var known: [String] = []
        do {
            known = try Service(try registry.get(NodeObjects.serverKey)).clusterIPs
        } catch RegistryError.notFound {
            // The node makes it.
        }
        let usual = registry.settings.serviceCIDRs.compactMap {
            $0.base.advanced(by: 10)?.description
        }
        let texts = serverAddresses.isEmpty ? (known.isEmpty ? usual : known) : serverAddresses
        let addresses = texts.compactMap { IPAddress($0) }
        guard addresses.count == texts.count else {
            throw PodError(
                "the cluster's name server has no address: \(texts.joined(separator: ", "))"
            )
        }
        let blocks = registry.settings.serviceCIDRs
        for address in addresses where !blocks.contains(where: { $0.contains(address) }) {
            throw PodError(
                "the name server's address \(address) is in none of the registry's blocks of "
                    + "services: \(blocks.map(\.description).joined(separator: ", "))"
            )
        }
        guard known.isEmpty || Set(known.compactMap { IPAddress($0) }) == Set(addresses) else {
            throw PodError(
                "the service kube-dns in kube-system has \(known.joined(separator: ", ")), not "
                    + "\(texts.joined(separator: ", ")): delete it, or leave --cluster-dns out"
            )
        }
        return addresses
    }
}
