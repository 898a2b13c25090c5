import Addresses
import KubernetesModel

/// What a registry holds from its first moment.
///
/// - SeeAlso: pkg/controlplane/controller/kubernetesservice and systemnamespaces of Kubernetes.
enum Bootstrap {
    private static let namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"]
    private static let kubernetes = ObjectKey(
        kind: .service,
        namespace: "default",
        name: "kubernetes"
    )
    /// The address of the simulated API server, of the blocks for documentation (RFC 5737,
    /// RFC 3849).
    private static func apiServer(_ isIPv4: Bool) -> String {
        isIPv4 ? "192.0.2.1" : "2001:db8::1"
    }

    /// Whether everything is there, as it is unless somebody deleted it.
    static func isWhole(_ reader: any StoreReader) throws -> Bool {
        try reader.get(kubernetes) != nil
    }

    /// Creates a new registry, or changes the settings of one that is there.
    static func prepare(
        _ transaction: any StoreTransaction,
        _ requested: RequestedSettings,
        _ environment: RegistryEnvironment
    ) throws -> RegistrySettings {
        let saved = try RegistrySettings(reading: transaction)
        let settings = requested.settings(basedOn: saved ?? .standard)
        if let saved { try checkChange(from: saved, to: settings, transaction) }
        if settings != saved { try settings.write(to: transaction) }
        let session = WriteSession(transaction, settings: settings, environment: environment)
        for name in namespaces {
            let key = ObjectKey(kind: .namespace, namespace: "", name: name)
            if try transaction.get(key) == nil { _ = try session.create(namespace(key)) }
        }
        let old = try transaction.get(kubernetes)
        if old == nil || saved?.serviceCIDRs != settings.serviceCIDRs {
            if let old { try session.remove(old) }
            try createService(session)
        }
        try session.settle()
        return settings
    }

    private static func checkChange(
        from saved: RegistrySettings,
        to settings: RegistrySettings,
        _ transaction: any StoreTransaction
    ) throws {
        func refuse(_ flag: String, _ old: [CIDRBlock], _ new: [CIDRBlock], _ what: String) throws {
            func text(_ blocks: [CIDRBlock]) -> String {
                blocks.map(\.description).joined(separator: ",")
            }
            throw RegistryError.settings(
                "the registry was created with \(flag) \(text(old)) and has \(what), so it cannot "
                    + "be opened with \(text(new)); leave the option out, "
                    + "or create another registry"
            )
        }
        let services = try transaction.count(.service)
        if saved.serviceCIDRs != settings.serviceCIDRs, services > 1 {
            try refuse(
                "--service-cidr",
                saved.serviceCIDRs,
                settings.serviceCIDRs,
                "\(services - 1) services besides \"kubernetes\""
            )
        }
        let pods = try transaction.count(.pod)
        if saved.podCIDRs != settings.podCIDRs, pods > 0 {
            try refuse("--pod-cidr", saved.podCIDRs, settings.podCIDRs, "\(pods) pods")
        }
    }

    private static func namespace(_ key: ObjectKey) -> APIObject {
        APIObject(
            key: key,
            fields: [
                "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(key.name)],
            ]
        )
    }

    private static func createService(_ session: WriteSession) throws {
        guard let block = session.settings.serviceCIDRs.first,
            let address = ClusterIPRange(block: block).address(at: 0)
        else { return }
        _ = try session.create(
            APIObject(
                key: kubernetes,
                fields: [
                    "apiVersion": "v1", "kind": "Service",
                    "metadata": [
                        "name": "kubernetes", "namespace": "default",
                        "labels": ["component": "apiserver", "provider": "kubernetes"],
                    ],
                    "spec": [
                        "clusterIP": .string(address.description),
                        "ipFamilyPolicy": "SingleStack",
                        "ports": [
                            ["name": "https", "protocol": "TCP", "port": 443, "targetPort": 6443]
                        ],
                    ],
                ]
            )
        )
        let slice = EndpointSlice(
            metadata: ObjectMeta(
                name: "kubernetes",
                namespace: "default",
                labels: [EndpointSlice.serviceNameLabel: "kubernetes"]
            ),
            addressType: block.base.isIPv4 ? .ipv4 : .ipv6,
            endpoints: [Endpoint(addresses: [apiServer(block.base.isIPv4)], ready: true)],
            ports: [EndpointPort(name: "https", port: 6443)]
        )
        let key = APIObject(slice).key
        if let old = try session.transaction.get(key) { try session.remove(old) }
        _ = try session.create(APIObject(slice))
    }
}
