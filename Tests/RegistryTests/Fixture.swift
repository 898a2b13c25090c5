import KubernetesModel
import Registry
import Synchronization
import TestSupport

extension RegistryEnvironment {
    /// An environment that repeats exactly; its clock moves a second with each look.
    static func seeded(_ seed: UInt64) -> RegistryEnvironment {
        let source = SeededSource(seed)
        return RegistryEnvironment(
            now: { RegistryEnvironment.timestamp(source.tick()) },
            makeUID: { RegistryEnvironment.uid(source.next(), source.next()) },
            random: { source.next() % $0 }
        )
    }
}

private final class SeededSource: Sendable {
    private let state: Mutex<(generator: SeededGenerator, seconds: Int64)>

    init(_ seed: UInt64) {
        state = Mutex((SeededGenerator(seed: seed), 1_767_225_600))
    }

    func next() -> UInt64 { state.withLock { $0.generator.next() } }

    func tick() -> Int64 {
        state.withLock { state in
            state.seconds += 1
            return state.seconds
        }
    }
}

/// Creates a registry in memory with the namespace `shop`.
func makeRegistry(
    _ requested: RequestedSettings = RequestedSettings(),
    seed: UInt64 = 1
) throws -> Registry {
    let registry = try Registry(
        store: MemoryStore(),
        requested: requested,
        environment: .seeded(seed)
    )
    _ = try registry.create(object("Namespace", "shop", namespace: ""))
    return registry
}

/// Makes an object from its kind, its name and what it holds beside its metadata.
func object(
    _ kindName: String,
    _ name: String,
    namespace: String = "shop",
    labels: Fields = [:],
    _ more: Fields = [:]
) -> APIObject {
    let kind = Kind(rawValue: kindName) ?? .service
    var metadata: Fields = ["name": .string(name)]
    if !namespace.isEmpty { metadata["namespace"] = .string(namespace) }
    if !labels.isEmpty { metadata["labels"] = .object(labels) }
    var fields: Fields = [
        "apiVersion": .string(kind.apiVersion), "kind": .string(kindName),
        "metadata": .object(metadata),
    ]
    for (key, value) in more { fields[key] = value }
    return APIObject(key: ObjectKey(kind: kind, namespace: namespace, name: name), fields: fields)
}

/// Makes a service with one port, 80, unless its spec says otherwise.
func service(_ name: String, namespace: String = "shop", _ spec: Fields = [:]) -> APIObject {
    var whole: Fields = ["ports": [["port": 80]]]
    for (key, value) in spec { whole[key] = value }
    return object("Service", name, namespace: namespace, ["spec": .object(whole)])
}

/// Makes a pod with one container that serves port 8080 as `http`.
func pod(
    _ name: String,
    namespace: String = "shop",
    labels: Fields = ["app": "web"],
    spec: Fields = [:],
    status: Fields = [:]
) -> APIObject {
    var whole: Fields = [
        "containers": [
            [
                "name": "main", "image": "web",
                "ports": [["name": "http", "containerPort": 8080]],
            ]
        ]
    ]
    for (key, value) in spec { whole[key] = value }
    var more: Fields = ["spec": .object(whole)]
    if !status.isEmpty { more["status"] = .object(status) }
    return object("Pod", name, namespace: namespace, labels: labels, more)
}

/// Makes a workload of pods labelled `app: NAME`.
func workload(_ kind: String, _ name: String, replicas: Int = 2, _ spec: Fields = [:]) -> APIObject
{
    let labels: Value = ["app": .string(name)]
    var whole: Fields = [
        "selector": ["matchLabels": labels],
        "template": [
            "metadata": ["labels": labels],
            "spec": ["containers": [["name": "main", "image": "web:1"]]],
        ],
    ]
    if kind != "DaemonSet" { whole["replicas"] = .integer(Int64(replicas)) }
    for (key, value) in spec { whole[key] = value }
    return object(kind, name, ["spec": .object(whole)])
}

extension Registry {
    /// The slices of a service, read.
    func slices(_ name: String, namespace: String = "shop") throws -> [EndpointSlice] {
        try store.read { reader in
            try reader.list(.endpointSlice, namespace: namespace, term: .service(name))
        }.map { try EndpointSlice($0) }
    }

    /// The endpoints of a service's slices, sorted by address.
    func endpoints(_ name: String, namespace: String = "shop") throws -> [Endpoint] {
        try slices(name, namespace: namespace).flatMap(\.endpoints)
            .sorted { $0.addresses[0] < $1.addresses[0] }
    }

    /// A service, read.
    func service(_ name: String, namespace: String = "shop") throws -> Service {
        try Service(get(ObjectKey(kind: .service, namespace: namespace, name: name)))
    }

    /// The pods of a namespace, read.
    func pods(_ namespace: String = "shop") throws -> [Pod] {
        try list(.pod, namespace: namespace).objects.map { try Pod($0) }
    }
}

/// The key of an object in `shop`.
func key(_ kind: Kind, _ name: String) -> ObjectKey {
    ObjectKey(kind: kind, namespace: kind.isNamespaced ? "shop" : "", name: name)
}

/// Returns the message of the registry error that `body` throws; empty if it throws none.
func message(_ body: () throws -> Void) -> String {
    do {
        try body()
        return ""
    } catch {
        return "\(error)"
    }
}
