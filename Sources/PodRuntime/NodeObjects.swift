internal import Addresses
internal import HostNetwork
internal import KubernetesModel
internal import Registry

/// A node's objects in the registry: itself, and the service and endpoints of the name server.
struct NodeObjects {
    /// The service that stands for the name server.
    static let serverKey = ObjectKey(kind: .service, namespace: "kube-system", name: "kube-dns")

    private let node: NodeRecord
    private let state: StateDirectory

    init(_ node: NodeRecord, _ state: StateDirectory) {
        self.node = node
        self.state = state
    }

    /// Makes what is missing.
    func up(_ registry: Registry) throws {
        try create(nodeObject, registry)
        guard !node.plan.serverAddresses.isEmpty else { return }
        guard try create(serverObject, registry) else { return }
        for (gateway, suffix) in zip(node.plan.gateways, ["martlet", "martlet-6"]) {
            try create(slice(gateway, "kube-dns-\(suffix)"), registry)
        }
    }

    /// Removes what was made here and nobody has taken over.
    func down(_ registry: Registry) throws {
        // The service's slices go with it only if it owns them; these have no owner.
        let slices = ["kube-dns-martlet", "kube-dns-martlet-6"].map {
            ObjectKey(kind: .endpointSlice, namespace: "kube-system", name: $0)
        }
        let key = ObjectKey(kind: .node, namespace: "", name: node.name)
        for key in slices + [NodeObjects.serverKey, key] {
            do {
                guard isOurs(try registry.get(key)) else { continue }
                try registry.delete(key)
            } catch RegistryError.notFound {
                continue
            }
        }
    }

    private func isOurs(_ object: APIObject) -> Bool {
        object.annotations[PodRegistry.stateAnnotation] == state.path
    }

    /// Creates an object; false if one of its name is there already.
    @discardableResult
    private func create(_ object: APIObject, _ registry: Registry) throws -> Bool {
        do {
            _ = try registry.create(object)
            return true
        } catch RegistryError.alreadyExists(let key) {
            return isOurs(try registry.get(key))
        }
    }

    private func metadata(_ name: String, namespace: String = "", labels: Fields) -> Value {
        var metadata: Fields = [
            "name": .string(name), "labels": .object(labels),
            "annotations": .object([PodRegistry.stateAnnotation: .string(state.path)]),
        ]
        if !namespace.isEmpty { metadata["namespace"] = .string(namespace) }
        return .object(metadata)
    }

    private var nodeObject: APIObject {
        let blocks = node.plan.podBlocks.map { Value.string($0.description) }
        return APIObject(
            key: ObjectKey(kind: .node, namespace: "", name: node.name),
            fields: [
                "apiVersion": "v1", "kind": "Node",
                "metadata": metadata(
                    node.name,
                    labels: ["kubernetes.io/hostname": .string(node.name)]
                ),
                "spec": ["podCIDR": blocks.first ?? "", "podCIDRs": .array(blocks)],
                "status": [
                    "addresses": [
                        ["type": "InternalIP", "address": .string(node.address.description)],
                        ["type": "Hostname", "address": .string(node.name)],
                    ],
                    "conditions": [["type": "Ready", "status": "True"]],
                ],
            ]
        )
    }

    /// The ports of the name server, as kubeadm names them.
    private static let ports: [Value] = [
        ["name": "dns", "protocol": "UDP", "port": 53, "targetPort": 53],
        ["name": "dns-tcp", "protocol": "TCP", "port": 53, "targetPort": 53],
    ]

    private var serverObject: APIObject {
        let addresses = node.plan.serverAddresses
        return APIObject(
            key: NodeObjects.serverKey,
            fields: [
                "apiVersion": "v1", "kind": "Service",
                "metadata": metadata(
                    NodeObjects.serverKey.name,
                    namespace: NodeObjects.serverKey.namespace,
                    labels: ["k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true"]
                ),
                "spec": [
                    "clusterIP": .string(addresses.first?.description ?? ""),
                    "clusterIPs": .array(addresses.map { .string($0.description) }),
                    "ipFamilies": .array(addresses.map { $0.isIPv4 ? "IPv4" : "IPv6" }),
                    "ipFamilyPolicy": addresses.count > 1 ? "RequireDualStack" : "SingleStack",
                    "ports": .array(NodeObjects.ports),
                ],
            ]
        )
    }

    private func slice(_ address: IPAddress, _ name: String) -> APIObject {
        APIObject(
            key: ObjectKey(kind: .endpointSlice, namespace: "kube-system", name: name),
            fields: [
                "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
                "metadata": metadata(
                    name,
                    namespace: "kube-system",
                    labels: [EndpointSlice.serviceNameLabel: "kube-dns"]
                ),
                "addressType": address.isIPv4 ? "IPv4" : "IPv6",
                "endpoints": [
                    [
                        "addresses": [.string(address.description)],
                        "conditions": ["ready": true],
                        "nodeName": .string(node.name),
                    ]
                ],
                "ports": [
                    ["name": "dns", "protocol": "UDP", "port": 53],
                    ["name": "dns-tcp", "protocol": "TCP", "port": 53],
                ],
            ]
        )
    }
}
