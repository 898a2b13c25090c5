import Addresses
import Foundation
import HostNetwork
import KubernetesModel
import OrderedCollections
import Registry
import Testing

@testable import PodRuntime

@Suite("What supervisors and nodes tell the registry")
final class PodRegistryTests {
    private let directory = FileManager.default.temporaryDirectory
        .appending(path: "martlet-registry-\(UUID().uuidString)").path()
    private let registry: Registry
    private let pods: PodRegistry

    init() throws {
        let registry = try Registry(store: MemoryStore())
        self.registry = registry
        pods = PodRegistry(turns: StateDirectory(directory)) { registry }
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    private static func object(
        _ kind: Kind,
        _ name: String,
        _ namespace: String,
        _ rest: Fields
    )
        -> APIObject
    {
        var fields: Fields = [
            "apiVersion": .string(kind.apiVersion), "kind": .string(kind.rawValue),
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
        ]
        fields.merge(rest) { $1 }
        return APIObject(
            key: ObjectKey(kind: kind, namespace: namespace, name: name),
            fields: fields
        )
    }

    private static let containers: Value = [["name": "main", "image": "none"]]

    /// A pod that waits to be started, behind the service `web`.
    private func makePod() throws -> APIObject {
        let service = Self.object(
            .service,
            "web",
            "default",
            ["spec": ["selector": ["app": "web"], "ports": [["port": 80]]]]
        )
        _ = try registry.create(service)
        var pod = Self.object(.pod, "web-0", "default", ["spec": ["containers": Self.containers]])
        pod.labels["app"] = "web"
        pod.set("Pending", at: "status", "phase")
        pod.set([["type": "Ready", "status": "False"]], at: "status", "conditions")
        return try registry.create(pod)
    }

    /// What the service's only endpoint is: ready, serving, terminating; nil for no endpoint.
    private var endpoint: [Bool]? {
        get throws {
            let slices = try registry.list(.endpointSlice).objects.filter {
                $0.labels[EndpointSlice.serviceNameLabel] == "web"
            }
            let endpoints = slices.flatMap { $0.fields.array(at: "endpoints") ?? [] }
            #expect(endpoints.count <= 1)
            return endpoints.first.map { endpoint in
                ["ready", "serving", "terminating"].map {
                    endpoint["conditions"]?[$0]?.bool ?? false
                }
            }
        }
    }

    @Test func `services see a pod start, serve, end and go`() throws {
        let pod = try makePod()
        #expect(try endpoint == [false, false, false])
        #expect(try pods.markRunning(pod.key, uid: pod.uid, isReady: true))
        #expect(try endpoint == [true, true, false])
        #expect(try pods.setReady(pod.key, false))
        #expect(try endpoint == [false, false, false])
        #expect(try pods.setReady(pod.key, true))
        #expect(try pods.markTerminating(pod.key, uid: pod.uid, graceSeconds: 30))
        #expect(try endpoint == [false, true, true])
        try pods.remove(pod.key, uid: pod.uid)
        #expect(try endpoint == nil)
    }

    @Test func `a pod that ended by itself is no endpoint, and says how it ended`() throws {
        let pod = try makePod()
        _ = try pods.markRunning(pod.key, uid: pod.uid, isReady: true)
        #expect(try pods.markEnded(pod.key, uid: pod.uid, status: 3))
        #expect(try endpoint == nil)
        let ended = try registry.get(pod.key)
        #expect(ended.fields.string(at: "status", "phase") == "Failed")
        let state = ended.fields.array(at: "status", "containerStatuses")?.first?["state"]
        #expect(state?["terminated"]?["exitCode"]?.integer == 3)
    }

    @Test func `another pod of the same name is left alone`() throws {
        let pod = try makePod()
        #expect(try pods.has(pod.key, uid: pod.uid))
        #expect(try !pods.has(pod.key, uid: "another"))
        try pods.remove(pod.key, uid: "another")
        #expect(try !pods.markTerminating(pod.key, uid: "another", graceSeconds: 0))
        #expect(try registry.get(pod.key).deletionTimestamp == "")
        try registry.delete(pod.key)
        #expect(try !pods.has(pod.key, uid: pod.uid))
        #expect(try !pods.setReady(pod.key, true))
        #expect(try !pods.markEnded(pod.key, uid: pod.uid, status: 0))
        try pods.remove(pod.key, uid: pod.uid)
    }

    @Test func `a node's name server has the tenth address of each block, unless it is known`()
        throws
    {
        let request = NodeRequest(name: "n")
        let usual = try request.plan(registry)
        #expect(usual.serverAddresses.map(\.description) == ["10.96.0.10", "fd00:10:96::a"])
        #expect(usual.gateways.map(\.description) == ["10.244.0.1", "fd00:10:244::1"])
        let service = Self.object(
            .service,
            "kube-dns",
            "kube-system",
            ["spec": ["clusterIP": "10.96.0.53", "ports": [["port": 53]]]]
        )
        _ = try registry.create(service)
        #expect(try request.plan(registry).serverAddresses.map(\.description) == ["10.96.0.53"])
        var same = request
        same.serverAddresses = ["10.96.0.53"]
        #expect(try same.plan(registry) == request.plan(registry))
    }

    @Test(arguments: [
        (["10.96.0.11"], "kube-dns in kube-system has 10.96.0.53"),
        (["192.0.2.1"], "in none of the registry's blocks"),
        (["dns.example"], "has no address"),
    ])
    func `a name server's address that can't be is refused`(
        _ texts: [String],
        _ words: String
    )
        throws
    {
        let service = Self.object(
            .service,
            "kube-dns",
            "kube-system",
            ["spec": ["clusterIP": "10.96.0.53", "ports": [["port": 53]]]]
        )
        _ = try registry.create(service)
        let request = NodeRequest(name: "n", serverAddresses: texts)
        let error = #expect(throws: PodError.self) { try request.plan(registry) }
        #expect(error?.description.contains(words) ?? false, "\(error?.description ?? "")")
    }

    @Test func `a node's objects come once, and go with the node that made them`() throws {
        let plan = try NodeRequest(name: "n").plan(registry)
        let address = try #require(IPAddress("192.0.2.7"))
        let node = NodeRecord(name: "n", plan: plan, address: address)
        let objects = NodeObjects(node, StateDirectory("/run/one"))
        try objects.up(registry)
        try objects.up(registry)
        let service = try Service(try registry.get(NodeObjects.serverKey))
        #expect(service.clusterIPs == ["10.96.0.10", "fd00:10:96::a"])
        let slices = try registry.list(.endpointSlice, namespace: "kube-system").objects
        #expect(slices.map(\.key.name) == ["kube-dns-martlet", "kube-dns-martlet-6"])
        // Somebody else's node leaves them alone.
        let revision = try registry.revision
        try NodeObjects(node, StateDirectory("/run/two")).down(registry)
        #expect(try registry.revision == revision)
        try objects.down(registry)
        #expect(try registry.list(.node).objects == [])
        #expect(try registry.list(.service, namespace: "kube-system").objects == [])
        #expect(try registry.list(.endpointSlice, namespace: "kube-system").objects == [])
    }

    @Test func `pods of the block are masqueraded outside of it, and nothing else is`() throws {
        let plan = try NodeRequest(name: "n", masquerades: true).plan(registry)
        let rules = Masquerade(plan).rules
        #expect(rules.contains("table inet martlet-node {"))
        #expect(
            rules.contains(
                "ip saddr 10.244.0.0/16 oifname != \"martlet0\" ip daddr != 10.244.0.0/16 masq"
            )
        )
        #expect(rules.contains("ip6 saddr fd00:10:244::/64 "))
    }
}
