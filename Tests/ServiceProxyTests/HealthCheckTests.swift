import KubernetesModel
import Testing

@testable import ServiceProxy

@Suite("Health checks: what load balancers are told")
struct HealthCheckTests {
    private static func cluster(
        _ change: (inout Service) -> Void = { _ in }
    ) -> Cluster {
        Cluster().service("web", clusterIP: "10.96.0.21") { service in
            service.type = .loadBalancer
            service.externalTrafficPolicy = "Local"
            service.healthCheckNodePort = 30_090
            change(&service)
        }
    }

    @Test func `ready endpoints of this node are counted, each address once`() throws {
        let cluster = Self.cluster { $0.ports.append(ServicePort(port: 81)) }
            .slice("web", port: 8080, ready: ["10.244.0.3"], other: ["10.244.0.4"])
            .slice("web", port: 8080, ready: ["10.244.0.3", "10.244.0.5"]) { $0.nodeName = "here" }
            .slice("web", port: 8080, ready: ["10.244.1.6"]) { $0.nodeName = "there" }
            .slice("web", port: 8080, other: ["10.244.0.7"]) {
                $0.serving = true
                $0.terminating = true
            }
        let check = try #require(cluster.parts("web")?.health)
        #expect(check.service == ServiceName(namespace: "shop", name: "web"))
        #expect(check.port == 30_090 && check.localCount == 2)
        #expect(check.status(isHealthy: true) == 200)
        // What the kernel has may not be what the registry says.
        #expect(check.status(isHealthy: false) == 503)
    }

    @Test func `without an endpoint here, traffic must go elsewhere`() throws {
        let cluster = Self.cluster()
            .slice("web", port: 8080, ready: ["10.244.1.6"]) { $0.nodeName = "there" }
        let check = try #require(cluster.parts("web")?.health)
        #expect(check.status(isHealthy: true) == 503)
        #expect(
            check.body(isHealthy: true) == """
                {
                \t"service": {
                \t\t"namespace": "shop",
                \t\t"name": "web"
                \t},
                \t"localEndpoints": 0,
                \t"serviceProxyHealthy": true
                }

                """
        )
    }

    @Test func `only balancers that keep to nodes ask`() {
        let others = [
            Self.cluster { $0.type = .nodePort },
            Self.cluster { $0.externalTrafficPolicy = "Cluster" },
            Self.cluster { $0.healthCheckNodePort = 0 },
        ]
        for cluster in others { #expect(cluster.parts("web")?.health == nil) }
    }

    @Test func `the ledger knows the checks of all services, as they are now`() {
        let name = ServiceName(namespace: "shop", name: "web")
        var ledger = RuleLedger()
        let cluster = Self.cluster().slice("web", port: 8080, ready: ["10.244.0.3"])
        ledger.replace(name, with: cluster.parts("web"))
        #expect(ledger.healthChecks[name]?.localCount == 1)
        ledger.replace(name, with: Self.cluster().parts("web"))
        #expect(ledger.healthChecks[name]?.localCount == 0)
        ledger.replace(name, with: nil)
        #expect(ledger.healthChecks.isEmpty)
    }
}
