import KubernetesModel
import Registry
import Testing

@Suite("Kubernetes service updates (strategy.go, validateUpgradeDowngrade)")
struct TransitionTests {
    /// Creates a service, changes its spec and stores it again.
    private func change(
        from spec: Fields,
        _ change: (inout APIObject) -> Void
    ) throws -> (registry: Registry, old: Service, update: () throws -> Service) {
        let registry = try makeRegistry()
        let stored = try registry.create(service("web", spec))
        var changed = stored
        change(&changed)
        let new = changed
        return (registry, try Service(stored), { try Service(registry.update(new)) })
    }

    @Test func `an omitted address and node port stay`() throws {
        let (_, old, update) = try change(from: ["type": "NodePort"]) { object in
            object.fields["spec"] = ["type": "NodePort", "ports": [["port": 80]]]
        }
        let new = try update()
        #expect(new.clusterIPs == old.clusterIPs)
        #expect(new.ports == old.ports)
        #expect(new.ipFamilies == old.ipFamilies)
        #expect(new.metadata.resourceVersion == old.metadata.resourceVersion)
    }

    @Test func `a type without node ports gives them back`() throws {
        let (registry, old, update) = try change(from: ["type": "LoadBalancer"]) {
            $0.set("ClusterIP", at: "spec", "type")
        }
        let new = try update()
        #expect(new.ports[0].nodePort == 0)
        #expect(new.loadBalancerIngress.isEmpty)
        #expect(new.clusterIPs == old.clusterIPs)
        let taken: Value = [["port": 80, "nodePort": .integer(Int64(old.ports[0].nodePort))]]
        _ = try registry.create(service("other", ["type": "NodePort", "ports": taken]))
    }

    @Test func `an external name gives everything back, and gets fresh things later`() throws {
        let (registry, old, update) = try change(from: ["type": "LoadBalancer"]) {
            $0.set("ExternalName", at: "spec", "type")
            $0.set("a.example", at: "spec", "externalName")
        }
        let external = try update()
        #expect(external.clusterIPs.isEmpty && external.ipFamilies.isEmpty)
        #expect(external.ipFamilyPolicy == nil && external.loadBalancerIngress.isEmpty)
        _ = try registry.create(service("other", ["clusterIP": .string(old.clusterIPs[0])]))
        var back = try registry.get(key(.service, "web"))
        back.set("ClusterIP", at: "spec", "type")
        back.set(nil, at: "spec", "externalName")
        let again = try Service(registry.update(back))
        #expect(again.clusterIPs.count == 1 && again.clusterIPs != old.clusterIPs)
    }

    @Test func `a secondary address comes and goes with the policy`() throws {
        let (registry, old, update) = try change(from: [:]) {
            $0.set("PreferDualStack", at: "spec", "ipFamilyPolicy")
        }
        let dual = try update()
        #expect(dual.clusterIPs.count == 2 && dual.clusterIPs[0] == old.clusterIPs[0])
        #expect(dual.ipFamilies == [.ipv4, .ipv6])
        var single = try registry.get(key(.service, "web"))
        single.set("SingleStack", at: "spec", "ipFamilyPolicy")
        let trimmed = try Service(registry.update(single))
        #expect(trimmed.clusterIPs == old.clusterIPs)
        #expect(trimmed.ipFamilies == [.ipv4])
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var from: Fields
        var field: String
        var value: Value
        var message: String
        var testDescription: String { message }
    }

    static let refusals: [Refusal] = [
        Refusal(
            from: ["clusterIP": "10.96.1.1"],
            field: "clusterIP",
            value: "10.96.1.2",
            message: "Service \"web\" is invalid: spec.clusterIPs[0]: Invalid value: "
                + "[\"10.96.1.2\"]: may not change once set"
        ),
        Refusal(
            from: ["clusterIP": "10.96.1.1"],
            field: "clusterIP",
            value: "None",
            message: "Service \"web\" is invalid: spec.clusterIPs[0]: Invalid value: "
                + "[\"None\"]: may not change once set"
        ),
        Refusal(
            from: ["clusterIP": "None"],
            field: "clusterIP",
            value: "10.96.1.1",
            message: "Service \"web\" is invalid: spec.clusterIPs[0]: Invalid value: "
                + "[\"10.96.1.1\"]: may not change once set"
        ),
    ]

    @Test(arguments: refusals)
    func `the primary address is immutable`(refusal: Refusal) throws {
        let (registry, old, update) = try change(from: refusal.from) {
            $0.set(refusal.value, at: "spec", refusal.field)
        }
        #expect(message { _ = try update() }.contains(refusal.message.dropFirst(10)))
        #expect(try registry.service("web") == old)
    }

    @Test func `a stale revision is a conflict, a missing one is not`() throws {
        let registry = try makeRegistry()
        var stale = try registry.create(service("web"))
        _ = try registry.patchLabels(stale.key, ["a": "b"])
        stale.set(["app": "web"], at: "spec", "selector")
        #expect(
            message { _ = try registry.update(stale) }
                == "Operation cannot be fulfilled on services \"web\": the object has been "
                + "modified; please apply your changes to the latest version and try again"
        )
        stale.resourceVersion = 0
        _ = try registry.update(stale)
    }
}
