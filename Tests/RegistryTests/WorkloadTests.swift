import KubernetesModel
import Registry
import Testing

@Suite("Simulated workloads")
struct WorkloadTests {
    private func names(_ registry: Registry) throws -> Set<String> {
        Set(try registry.pods().map(\.metadata.name))
    }

    @Test func `a deployment has its replicas, newest go first`() throws {
        let registry = try makeRegistry()
        let stored = try registry.create(workload("Deployment", "web", replicas: 3))
        let pods = try registry.pods()
        #expect(pods.count == 3)
        for pod in pods {
            let parts = pod.metadata.name.split(separator: "-")
            #expect(
                parts.count == 3 && parts[0] == "web" && parts[1].count == 9 && parts[2].count == 5
            )
            #expect(pod.metadata.labels["app"] == "web")
            #expect(pod.metadata.labels["pod-template-hash"] == String(parts[1]))
            #expect(pod.isReady && pod.podIPs.count == 2)
            #expect(
                pod.metadata.controller
                    == OwnerReference(kind: "Deployment", name: "web", uid: stored.uid)
            )
        }
        #expect(Set(pods.flatMap(\.podIPs)).count == 6)
        let first = try names(registry)
        let scaled = try registry.scale(stored.key, replicas: 5)
        #expect(scaled.value(at: "status", "readyReplicas") == 5)
        #expect(try names(registry).isSuperset(of: first))
        _ = try registry.scale(stored.key, replicas: 3)
        #expect(try names(registry) == first)
    }

    @Test(arguments: ["Deployment", "StatefulSet", "DaemonSet"])
    func `a changed template replaces the pods`(kind: String) throws {
        let registry = try makeRegistry()
        var object = try registry.create(workload(kind, "web"))
        let before = try registry.pods()
        object.set(
            ["containers": [["name": "main", "image": "web:2"]]],
            at: "spec",
            "template",
            "spec"
        )
        _ = try registry.update(object)
        let after = try registry.pods()
        #expect(after.count == before.count && !after.isEmpty)
        #expect(Set(after.map(\.metadata.uid)).isDisjoint(with: before.map(\.metadata.uid)))
        #expect(after.allSatisfy { $0.containers[0].image == "web:2" })
    }

    @Test func `a stateful set has ordinals, hostnames and its service as subdomain`() throws {
        let registry = try makeRegistry()
        let selected: Fields = ["clusterIP": "None", "selector": ["app": "db"]]
        _ = try registry.create(service("db", selected))
        let object = try registry.create(
            workload("StatefulSet", "db", replicas: 3, ["serviceName": "db"])
        )
        #expect(try registry.pods().map(\.metadata.name) == ["db-0", "db-1", "db-2"])
        #expect(try registry.pods().map(\.hostname) == ["db-0", "db-1", "db-2"])
        #expect(try registry.endpoints("db").map(\.hostname) == ["db-0", "db-1", "db-2"])
        _ = try registry.scale(object.key, replicas: 1)
        #expect(try names(registry) == ["db-0"])
        #expect(try registry.endpoints("db").map(\.hostname) == ["db-0"])
    }

    @Test func `a daemon set has a pod on each node that it selects, one without nodes`() throws {
        let registry = try makeRegistry()
        var daemon = workload("DaemonSet", "agent")
        daemon.set(["disk": "ssd"], at: "spec", "template", "spec", "nodeSelector")
        _ = try registry.create(daemon)
        #expect(try registry.pods().map(\.nodeName) == [""])
        for (name, disk) in [("n1", "ssd"), ("n2", "hdd"), ("n3", "ssd")] {
            _ = try registry.create(
                object("Node", name, namespace: "", labels: ["disk": .string(disk)])
            )
        }
        #expect(Set(try registry.pods().map(\.nodeName)) == ["n1", "n3"])
        _ = try registry.patchLabels(key(.node, "n2"), ["disk": "ssd"])
        #expect(Set(try registry.pods().map(\.nodeName)) == ["n1", "n2", "n3"])
        _ = try registry.patchLabels(key(.node, "n2"), ["disk": nil])
        try registry.delete(key(.node, "n3"))
        #expect(try registry.pods().map(\.nodeName) == ["n1"])
    }

    @Test(arguments: ["Deployment", "ReplicaSet", "StatefulSet"])
    func `a deleted pod is made again, a deleted workload takes its pods along`(kind: String) throws
    {
        let registry = try makeRegistry()
        let object = try registry.create(workload(kind, "web"))
        let victim = try #require(try registry.pods().first)
        try registry.delete(key(.pod, victim.metadata.name))
        #expect(try registry.pods().count == 2)
        #expect(try registry.pods().allSatisfy { $0.metadata.uid != victim.metadata.uid })
        _ = try registry.setReady(
            key(.pod, try #require(try registry.pods().first).metadata.name),
            false
        )
        #expect(try registry.get(object.key).value(at: "status", "readyReplicas") == 1)
        try registry.delete(object.key)
        #expect(try registry.pods().isEmpty)
    }

    @Test func `what cannot be scaled says so`() throws {
        let registry = try makeRegistry()
        _ = try registry.create(workload("DaemonSet", "agent"))
        #expect(
            message { _ = try registry.scale(key(.daemonSet, "agent"), replicas: 2) }
                == "daemonset.apps \"agent\" cannot be scaled; "
                + "deployments, replicasets and statefulsets can"
        )
        _ = try registry.create(workload("Deployment", "web"))
        #expect(message { _ = try registry.scale(key(.deployment, "web"), replicas: -1) } != "")
        #expect(
            message { _ = try registry.scale(key(.deployment, "web"), replicas: 1_000_000) } != ""
        )
        #expect(try registry.pods().count == 3)
        let late = workload("StatefulSet", "db", ["ordinals": ["start": .integer(.max)]])
        #expect(message { _ = try registry.create(late) }.contains("spec.ordinals.start"))
        _ = try registry.create(workload("StatefulSet", "db", ["ordinals": ["start": 7]]))
        #expect(try names(registry).isSuperset(of: ["db-7", "db-8"]))
    }
}
