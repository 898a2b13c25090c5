import KubernetesModel
import Registry
import Testing

@Suite("EndpointSlice controller (kubernetes/endpointslice)")
struct EndpointsTests {
    private static let selected: Fields = [
        "selector": ["app": "web"],
        "ports": [["name": "http", "port": 80, "targetPort": "http"]],
    ]

    private func registry(_ spec: Fields = selected) throws -> Registry {
        let registry = try makeRegistry()
        _ = try registry.create(service("web", spec))
        return registry
    }

    @Test func `a slice has the service's labels, owner and name, the pods' ports and addresses`()
        throws
    {
        let registry = try registry()
        _ = try registry.patchLabels(key(.service, "web"), ["tier": "front"])
        let stored = try registry.create(pod("a"))
        let slices = try registry.slices("web")
        try #require(slices.count == 1)
        let slice = slices[0]
        #expect(slice.metadata.name.hasPrefix("web-") && slice.metadata.name.count == 9)
        #expect(slice.addressType == .ipv4)
        #expect(slice.ports == [EndpointPort(name: "http", port: 8080)])
        #expect(
            slice.metadata.labels == [
                "tier": "front", "kubernetes.io/service-name": "web",
                "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
            ]
        )
        let owner = try registry.get(key(.service, "web"))
        #expect(
            slice.metadata.controller
                == OwnerReference(kind: "Service", name: "web", uid: owner.uid)
        )
        #expect(
            slice.endpoints == [
                Endpoint(
                    addresses: ["10.244.0.2"],
                    ready: true,
                    serving: true,
                    terminating: false,
                    targetName: "a",
                    targetKind: "Pod",
                    targetUID: stored.uid
                )
            ]
        )
    }

    struct Condition: Sendable, CustomTestStringConvertible {
        var name: String
        var isReady: Bool
        var isTerminating = false
        var publishes = false
        var conditions: [Bool]
        var testDescription: String { name }
    }

    static let conditions: [Condition] = [
        Condition(name: "ready", isReady: true, conditions: [true, true, false]),
        Condition(name: "not ready", isReady: false, conditions: [false, false, false]),
        Condition(
            name: "terminating",
            isReady: true,
            isTerminating: true,
            conditions: [false, true, true]
        ),
        Condition(
            name: "published",
            isReady: false,
            publishes: true,
            conditions: [true, false, false]
        ),
        Condition(
            name: "published and terminating",
            isReady: true,
            isTerminating: true,
            publishes: true,
            conditions: [true, true, true]
        ),
    ]

    @Test(arguments: conditions)
    func `conditions follow readiness, deletion and the service's wish`(row: Condition) throws {
        var spec = Self.selected
        spec["publishNotReadyAddresses"] = .bool(row.publishes)
        let registry = try registry(spec)
        var made = pod("a")
        if row.isTerminating { made.deletionTimestamp = "2026-01-01T00:00:00Z" }
        _ = try registry.create(made)
        _ = try registry.setReady(key(.pod, "a"), row.isReady)
        let endpoint = try #require(try registry.endpoints("web").first)
        #expect([endpoint.ready, endpoint.serving, endpoint.terminating] == row.conditions)
    }

    @Test func `ended pods, pods of other labels and of nodes that aren't there are left out`()
        throws
    {
        let registry = try registry()
        _ = try registry.create(pod("done", status: ["phase": "Succeeded"]))
        _ = try registry.create(pod("bad", status: ["phase": "Failed"]))
        _ = try registry.create(pod("other", labels: ["app": "db"]))
        _ = try registry.create(pod("placed", spec: ["nodeName": "n1"]))
        #expect(try registry.endpoints("web").map(\.targetName) == ["placed"])
        _ = try registry.create(object("Node", "n2", namespace: ""))
        #expect(try registry.endpoints("web").isEmpty)
        _ = try registry.create(
            object("Node", "n1", namespace: "", labels: ["topology.kubernetes.io/zone": "z1"])
        )
        let endpoint = try #require(try registry.endpoints("web").first)
        #expect(endpoint.nodeName == "n1" && endpoint.zone == "z1")
        _ = try registry.patchLabels(key(.node, "n1"), ["topology.kubernetes.io/zone": "z2"])
        #expect(try registry.endpoints("web").first?.zone == "z2")
    }

    @Test func `a hostname counts under the service that is the pod's subdomain`() throws {
        let registry = try registry()
        _ = try registry.create(service("twin", Self.selected))
        _ = try registry.create(pod("a", spec: ["hostname": "first", "subdomain": "web"]))
        #expect(try registry.endpoints("web").map(\.hostname) == ["first"])
        #expect(try registry.endpoints("twin").map(\.hostname) == [""])
    }

    @Test func `pods that serve a named port elsewhere, or not at all, have slices of their own`()
        throws
    {
        let registry = try registry()
        _ = try registry.create(pod("a"))
        let elsewhere: Value = [["name": "m", "ports": [["name": "http", "containerPort": 9090]]]]
        _ = try registry.create(pod("b", spec: ["containers": elsewhere]))
        _ = try registry.create(pod("c", spec: ["containers": [["name": "m"]]]))
        let ports = try registry.slices("web").map { $0.ports.map(\.port) }
        #expect(Set(ports) == [[8080], [9090], []])
    }

    @Test func `each family has its slices`() throws {
        var spec = Self.selected
        spec["ipFamilyPolicy"] = "PreferDualStack"
        let registry = try registry(spec)
        _ = try registry.create(pod("a"))
        let slices = try registry.slices("web")
        #expect(Set(slices.map(\.addressType)) == [.ipv4, .ipv6])
        #expect(
            Set(slices.flatMap(\.endpoints).flatMap(\.addresses)) == [
                "10.244.0.2", "fd00:10:244::2",
            ]
        )
    }

    @Test func `selectors and labels may change, slices follow`() throws {
        let registry = try registry()
        _ = try registry.create(pod("a"))
        _ = try registry.create(pod("b", labels: ["app": "db"]))
        _ = try registry.patchLabels(key(.pod, "a"), ["app": "db"])
        #expect(try registry.endpoints("web").isEmpty)
        var changed = try registry.get(key(.service, "web"))
        changed.set(["app": "db"], at: "spec", "selector")
        _ = try registry.update(changed)
        #expect(try registry.endpoints("web").map(\.targetName) == ["a", "b"])
        try registry.delete(key(.pod, "a"))
        #expect(try registry.endpoints("web").map(\.targetName) == ["b"])
        try registry.delete(key(.service, "web"))
        #expect(try registry.list(.endpointSlice, namespace: "shop").objects.isEmpty)
    }

    @Test func `endpoints stay in their slices, no slice has more than 100`() throws {
        let registry = try registry()
        let items = (0..<250).map { ApplyItem(pod("p\($0)")) }
        _ = try registry.apply(items)
        let before = try registry.slices("web")
        #expect(before.map(\.endpoints.count).sorted() == [50, 100, 100])
        let victim = try #require(before.first { $0.endpoints.count == 100 }?.endpoints[42])
        try registry.delete(key(.pod, victim.targetName))
        let after = try registry.slices("web")
        let changed = after.filter { !before.contains($0) }
        #expect(changed.count == 1 && changed[0].endpoints.count == 99)
        _ = try registry.create(pod("new"))
        // The fullest slice with room takes it.
        #expect(try registry.slices("web").map(\.endpoints.count).sorted() == [50, 100, 100])
    }

    @Test func `hand-made slices are left alone, the controller's own are mended`() throws {
        let registry = try registry()
        _ = try registry.create(pod("a"))
        let own = try #require(try registry.slices("web").first)
        let made = object(
            "EndpointSlice",
            "web-manual",
            labels: ["kubernetes.io/service-name": "web"],
            ["addressType": "IPv4", "endpoints": [["addresses": ["192.0.2.7"]]], "ports": []]
        )
        let stored = try registry.create(made)
        try registry.delete(key(.endpointSlice, own.metadata.name))
        let names = try registry.slices("web").map(\.metadata.name)
        #expect(names.contains("web-manual") && names.count == 2)
        #expect(try registry.get(stored.key) == stored)
    }

    @Test func `legacy endpoints are mirrored, unless they say no`() throws {
        let registry = try makeRegistry()
        let legacy = object(
            "Endpoints",
            "db",
            labels: ["tier": "data"],
            [
                "subsets": [
                    [
                        "addresses": [["ip": "192.0.2.1", "hostname": "h1"]],
                        "notReadyAddresses": [["ip": "192.0.2.2"]],
                        "ports": [["name": "sql", "port": 5432]],
                    ]
                ]
            ]
        )
        _ = try registry.create(legacy)
        #expect(try registry.slices("db").isEmpty)
        _ = try registry.create(service("db"))
        let slice = try #require(try registry.slices("db").first)
        #expect(slice.metadata.labels["tier"] == "data")
        #expect(
            slice.metadata.labels["endpointslice.kubernetes.io/managed-by"]
                == "endpointslicemirroring-controller.k8s.io"
        )
        #expect(
            slice.endpoints == [
                Endpoint(addresses: ["192.0.2.1"], ready: true, hostname: "h1"),
                Endpoint(addresses: ["192.0.2.2"], ready: false),
            ]
        )
        _ = try registry.patchLabels(
            key(.endpoints, "db"),
            ["endpointslice.kubernetes.io/skip-mirror": "true"]
        )
        #expect(try registry.slices("db").isEmpty)
    }

    @Test func `an external name has no slices`() throws {
        let registry = try registry()
        _ = try registry.create(pod("a"))
        var changed = try registry.get(key(.service, "web"))
        changed.set("ExternalName", at: "spec", "type")
        changed.set("a.example", at: "spec", "externalName")
        _ = try registry.update(changed)
        #expect(try registry.slices("web").isEmpty)
    }
}
