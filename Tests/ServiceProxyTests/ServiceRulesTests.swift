import KubernetesModel
import Testing

@testable import ServiceProxy

@Suite("Rules: what a service becomes")
struct ServiceRulesTests {
    @Test func `a cluster IP leads to its ready endpoints`() throws {
        let cluster = Cluster()
            .service("web", clusterIP: "10.96.0.21", ports: [ServicePort(port: 80)])
            .slice("web", port: 8080, ready: ["10.244.0.3", "10.244.0.4"], other: ["10.244.0.5"])
        let parts = try #require(cluster.parts("web"))
        #expect(parts.value("services4", "10.96.0.21 . tcp . 80") == "goto cluster-tcp4-2")
        #expect(
            parts.values("backends-tcp4") == [
                "10.96.0.21 . 80 . 0": "10.244.0.3 . 8080",
                "10.96.0.21 . 80 . 1": "10.244.0.4 . 8080",
            ]
        )
    }
}
