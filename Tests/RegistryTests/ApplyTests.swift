import KubernetesModel
import Registry
import Testing

@Suite("kubectl apply, client side")
struct ApplyTests {
    private func actions(_ outcome: ApplyOutcome) -> [String] {
        outcome.results.map {
            "\($0.object.key.kind.singular)/\($0.object.key.name) \($0.action.rawValue)"
        }
    }

    @Test func `objects may come in any order, the second time nothing changes`() throws {
        let registry = try makeRegistry()
        let items = [
            ApplyItem(workload("Deployment", "web")),
            ApplyItem(service("web", ["type": "NodePort", "selector": ["app": "web"]])),
            ApplyItem(pod("one", namespace: "blog")),
            ApplyItem(object("Namespace", "blog", namespace: "")),
        ]
        let first = try registry.apply(items)
        #expect(
            actions(first) == [
                "deployment/web created", "service/web created", "pod/one created",
                "namespace/blog created",
            ]
        )
        #expect(try registry.revision == first.revision)
        #expect(try registry.endpoints("web").count == 2)
        let again = try registry.apply(items)
        #expect(Set(again.results.map(\.action)) == [.unchanged])
        #expect(again.revision == first.revision)
    }

    @Test func `what the manifest no longer says goes, what the registry said stays`() throws {
        let registry = try makeRegistry()
        var manifest = service("web", ["type": "NodePort", "selector": ["app": "web"]])
        manifest.labels = ["a": "1", "b": "2"]
        _ = try registry.apply([ApplyItem(manifest)])
        let before = try registry.service("web")
        _ = try registry.patchLabels(manifest.key, ["mine": "yes"])
        manifest.labels = ["a": "1"]
        manifest.set(nil, at: "spec", "selector")
        manifest.set([["port": 80], ["port": 81, "name": "b"]], at: "spec", "ports")
        manifest.set([["port": 80, "name": "a"], ["port": 81, "name": "b"]], at: "spec", "ports")
        #expect(actions(try registry.apply([ApplyItem(manifest)])) == ["service/web configured"])
        let after = try registry.service("web")
        #expect(after.metadata.labels == ["a": "1", "mine": "yes"])
        #expect(after.selector.isEmpty)
        #expect(after.clusterIPs == before.clusterIPs)
        #expect(after.ports.map(\.port) == [80, 81])
        #expect(after.ports[0].nodePort == before.ports[0].nodePort)
        let stored = try registry.get(manifest.key)
        #expect(
            stored.annotations["kubectl.kubernetes.io/last-applied-configuration"]?.contains(
                "\"port\":81"
            ) == true
        )
    }

    @Test func `everything that is wrong is told, nothing is kept`() throws {
        let registry = try makeRegistry()
        let revision = try registry.revision
        let items = [
            ApplyItem(service("good"), source: "a.yaml: document 1"),
            ApplyItem(service("Bad"), source: "a.yaml: document 2"),
            ApplyItem(service("lost", namespace: "nowhere"), source: "b.yaml: document 1"),
            ApplyItem(service("good"), source: "b.yaml: document 2"),
        ]
        let error = #expect(throws: RegistryError.self) { try registry.apply(items) }
        guard case .rejected(let problems) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(
            problems.map(\.source) == [
                "a.yaml: document 2", "b.yaml: document 1", "b.yaml: document 2",
            ]
        )
        #expect(
            problems[0].description.hasPrefix(
                "a.yaml: document 2: Service \"Bad\" is invalid: metadata.name"
            )
        )
        #expect(problems[1].description.hasSuffix("namespaces \"nowhere\" not found"))
        #expect(problems[2].description.hasSuffix("is there twice, first in a.yaml: document 1"))
        #expect(try registry.revision == revision)
    }

    @Test func `a prune removes what was applied, not what was created`() throws {
        let registry = try makeRegistry()
        _ = try registry.create(service("made"))
        _ = try registry.apply([ApplyItem(service("a")), ApplyItem(service("b"))])
        _ = try registry.apply([ApplyItem(service("far", namespace: "default"))])
        let outcome = try registry.apply([ApplyItem(service("a"))], prune: .visitedNamespaces)
        #expect(actions(outcome) == ["service/a unchanged", "service/b pruned"])
        #expect(
            try registry.list(.service).objects.map(\.key.name) == [
                "far", "kubernetes", "a", "made",
            ]
        )
        let all = try ObjectFilter(labels: "", kind: .service)
        let dry = try registry.apply([ApplyItem(service("a"))], prune: .matching(all), dryRun: true)
        #expect(actions(dry) == ["service/a unchanged", "service/far pruned"])
        #expect(try registry.list(.service).objects.count == 4)
    }

    @Test func `an exported manifest's nulls and status make no difference`() throws {
        let registry = try makeRegistry()
        var exported = workload("Deployment", "web", replicas: 2)
        exported.set(.null, at: "metadata", "creationTimestamp")
        exported.set(["replicas": 9, "readyReplicas": 0], at: "status")
        exported.set(.null, at: "spec", "strategy")
        _ = try registry.apply([ApplyItem(exported)])
        #expect(try registry.pods().count == 2)
        let stored = try registry.get(exported.key)
        #expect(stored.value(at: "status", "replicas") == 2)
        #expect(stored.value(at: "spec", "strategy") == nil)
        let again = try registry.apply([ApplyItem(exported)])
        #expect(again.results.map(\.action) == [.unchanged])
        #expect(try registry.get(exported.key) == stored)
    }
}
