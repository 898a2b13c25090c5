import KubernetesModel
import Registry
import Testing

@Suite("API server: create, update, delete")
struct ObjectTests {
    @Test func `the registry sets identity, time and revision`() throws {
        let registry = try makeRegistry()
        let first = try registry.create(service("web"))
        #expect(first.uid.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
        #expect(first.creationTimestamp.hasPrefix("2026-01-01T00:00:"))
        #expect(first.resourceVersion == (try registry.revision))
        #expect(
            message { _ = try registry.create(service("web")) } == "services \"web\" already exists"
        )
        #expect(
            message { _ = try registry.create(service("web", namespace: "nowhere")) }
                == "namespaces \"nowhere\" not found"
        )
        #expect(
            message { _ = try registry.create(first) }
                == "resourceVersion should not be set on objects to be created"
        )
        #expect(try registry.update(first) == first)
        #expect(first.resourceVersion == (try registry.revision))
    }

    @Test func `generated names have five characters without vowels`() throws {
        let registry = try makeRegistry()
        var template = pod("")
        template.generateName = "web-"
        template.set(nil, at: "metadata", "name")
        let name = try registry.create(template).key.name
        #expect(name.hasPrefix("web-") && name.count == 9)
        #expect(name.dropFirst(4).allSatisfy { "bcdfghjklmnpqrstvwxz2456789".contains($0) })
    }

    @Test func `a dry run tells everything and keeps nothing`() throws {
        let registry = try makeRegistry()
        let revision = try registry.revision
        let dry = try registry.create(service("web", ["type": "NodePort"]), dryRun: true)
        #expect(try Service(dry).ports[0].nodePort != 0)
        #expect(try registry.revision == revision)
        #expect(message { _ = try registry.get(dry.key) } == "services \"web\" not found")
    }

    @Test(arguments: ["default", "kube-system", "kube-public"])
    func `namespaces that must exist stay`(name: String) throws {
        let registry = try makeRegistry()
        let key = ObjectKey(kind: .namespace, namespace: "", name: name)
        #expect(
            message { try registry.delete(key) }
                == "namespaces \"\(name)\" is forbidden: this namespace may not be deleted"
        )
    }

    @Test func `a namespace takes everything in it along, others stay`() throws {
        let registry = try makeRegistry()
        _ = try registry.create(service("web", namespace: "default", ["selector": ["app": "web"]]))
        _ = try registry.create(pod("a", namespace: "default"))
        _ = try registry.create(service("web", ["selector": ["app": "web"]]))
        _ = try registry.create(workload("Deployment", "web", replicas: 3))
        try registry.delete(key(.namespace, "shop"))
        for kind in Kind.allCases where kind.isNamespaced {
            #expect(try registry.list(kind, namespace: "shop").objects.isEmpty)
        }
        #expect(try registry.endpoints("web", namespace: "default").count == 1)
        #expect(
            message { _ = try registry.create(service("x")) } == "namespaces \"shop\" not found"
        )
    }

    @Test func `a simulated pod runs, is ready and has an address of each block`() throws {
        let registry = try makeRegistry()
        let stored = try Pod(registry.create(pod("a")))
        #expect(stored.phase == .running && stored.isReady)
        #expect(stored.podIPs == ["10.244.0.2", "fd00:10:244::2"])
        let given: Fields = ["phase": "Pending", "podIP": "10.1.2.3"]
        let pending = try Pod(registry.create(pod("b", status: given)))
        #expect(pending.phase == .pending && !pending.isReady)
        #expect(pending.podIPs == ["10.1.2.3"])
        _ = try registry.create(
            object(
                "Node",
                "n1",
                namespace: "",
                ["status": ["addresses": [["type": "InternalIP", "address": "192.0.2.9"]]]]
            )
        )
        let shared = try Pod(
            registry.create(pod("c", spec: ["hostNetwork": true, "nodeName": "n1"]))
        )
        #expect(shared.podIPs == ["192.0.2.9"])
    }

    @Test func `lists know selectors`() throws {
        let registry = try makeRegistry()
        for (name, tier) in [("a", "front"), ("b", "back"), ("c", "back")] {
            _ = try registry.create(pod(name, labels: ["tier": .string(tier)]))
        }
        let back = try ObjectFilter(labels: "tier=back,tier!=front", kind: .pod)
        #expect(
            try registry.list(.pod, namespace: "shop", filter: back).objects.map(\.key.name) == [
                "b", "c",
            ]
        )
        let one = try ObjectFilter(labels: "", fields: "metadata.name=c", kind: .pod)
        #expect(try registry.list(.pod, filter: one).objects.map(\.key.name) == ["c"])
        #expect(try registry.delete(.pod, namespace: "shop", filter: back).count == 2)
        #expect(try registry.pods().map(\.metadata.name) == ["a"])
        #expect(message { _ = try ObjectFilter(labels: "a==b==c", kind: .pod) } != "")
    }

    @Test func `services at an older revision are the present ones undone`() throws {
        let registry = try makeRegistry()
        _ = try registry.create(service("a"))
        let revision = try registry.create(service("b")).resourceVersion
        let then = try registry.list(.service).objects
        try registry.delete(key(.service, "a"))
        _ = try registry.patchLabels(key(.service, "b"), ["x": "y"])
        _ = try registry.create(service("c"))
        #expect(try registry.services(at: revision).objects == then)
        #expect(
            try registry.services(at: registry.revision).objects == registry.list(.service).objects
        )
    }
}
