import KubernetesModel
import Testing

@testable import ServiceProxy

@Suite("Rules: what a service becomes")
struct ServiceRulesTests {
    private static let endpoints = ["10.244.0.3", "10.244.0.4"]

    @Test func `a cluster IP leads to its ready endpoints`() throws {
        let cluster = Cluster()
            .service("web", clusterIP: "10.96.0.21")
            .slice("web", port: 8080, ready: Self.endpoints, other: ["10.244.0.5"])
        let parts = try #require(cluster.parts("web"))
        #expect(parts.values("services4") == ["10.96.0.21 . tcp . 80": "goto cluster-tcp4-2"])
        #expect(
            parts.values("backends-tcp4") == [
                "10.96.0.21 . 80 . 0": "10.244.0.3 . 8080",
                "10.96.0.21 . 80 . 1": "10.244.0.4 . 8080",
            ]
        )
        #expect(parts.values("cluster-ips4") == ["10.96.0.21": ""])
        #expect(parts.values("hairpin4").count == 2)
        #expect(
            parts.chains == [
                "cluster-tcp4-2": [
                    "ip saddr != { 10.244.0.0/16 } jump mark-for-masquerade", "goto near-tcp4-2",
                ],
                "near-tcp4-2": [
                    "dnat ip to ip daddr . tcp dport . numgen random mod 2 map @backends-tcp4",
                    "dnat ip to ip daddr . tcp dport . numgen random mod 1 map @backends-tcp4",
                ],
            ]
        )
    }

    @Test(arguments: [TransportProtocol.tcp, .udp, .sctp], ["10.96.0.21", "fd00:10:96::21"])
    func `protocols and families have maps of their own`(
        _ transport: TransportProtocol,
        _ address: String
    ) throws {
        let isIPv4 = !address.contains(":")
        let endpoint = isIPv4 ? "10.244.0.3" : "fd00:10:244::3"
        let cluster = Cluster()
            .service(
                "web",
                clusterIP: address,
                ports: [ServicePort(transport: transport, port: 80)]
            )
            .slice("web", port: 8080, ready: [endpoint], transport)
        let parts = try #require(cluster.parts("web"))
        let name = transport.rawValue.lowercased()
        let digit = isIPv4 ? "4" : "6"
        #expect(
            parts.value("services\(digit)", "\(address) . \(name) . 80")
                == "goto cluster-\(name)\(digit)-1"
        )
        #expect(
            parts.values("backends-\(name)\(digit)")
                == ["\(address) . 80 . 0": "\(endpoint) . 8080"]
        )
        #expect(parts.flows.isEmpty == (transport != .udp))
    }

    @Test func `with IPv6 off there are rules for IPv4 alone`() throws {
        var cluster = Cluster().service("web", clusterIP: "fd00:10:96::21") {
            $0.clusterIPs.append("10.96.0.21")
        }
        cluster.settings.hasIPv6 = false
        let parts = try #require(cluster.parts("web"))
        #expect(!parts.elements.isEmpty)
        #expect(parts.elements.keys.allSatisfy { $0.holder.family == .ipv4 })
        #expect(!TableText(cluster.settings, RuleLedger()).text.contains("ip6"))
    }

    @Test func `services that are none for proxies have no rules`() {
        let cluster = Cluster()
            .service("headless", clusterIP: "None")
            .service("external", clusterIP: "10.96.0.9") { $0.type = .externalName }
            .service("other", clusterIP: "10.96.0.10") {
                $0.metadata.labels["service.kubernetes.io/service-proxy-name"] = "mine"
            }
        for name in ["headless", "external", "other"] { #expect(cluster.parts(name) == nil) }
    }

    @Test func `node ports, external IPs and balancers are masqueraded`() throws {
        let cluster = Cluster()
            .service(
                "web",
                clusterIP: "10.96.0.21",
                ports: [ServicePort(port: 80, nodePort: 30_080)]
            ) {
                $0.type = .loadBalancer
                $0.externalIPs = ["198.51.100.1", "2001:db8::1"]
                $0.loadBalancerIngress = [
                    LoadBalancerIngress(ip: "198.51.100.2"),
                    LoadBalancerIngress(ip: "198.51.100.3", ipMode: "Proxy"),
                    LoadBalancerIngress(hostname: "lb.example"),
                ]
            }
            .slice("web", port: 8080, ready: Self.endpoints)
        let parts = try #require(cluster.parts("web"))
        #expect(
            parts.values("services4") == [
                "10.96.0.21 . tcp . 80": "goto cluster-tcp4-2",
                "198.51.100.1 . tcp . 80": "goto external-tcp4-2",
                "198.51.100.2 . tcp . 80": "goto external-tcp4-2",
            ]
        )
        #expect(parts.values("services6").isEmpty)
        #expect(parts.values("nodeports4") == ["tcp . 30080": "goto external-tcp-port4-2"])
        #expect(parts.value("nodeport-backends-tcp4", "30080 . 1") == "10.244.0.4 . 8080")
        #expect(parts.chains["external-tcp4-2"]?.first == "jump mark-for-masquerade")
    }

    @Test func `a local policy has both lists, for outside and for inside`() throws {
        let cluster = Cluster()
            .service(
                "web",
                clusterIP: "10.96.0.21",
                ports: [ServicePort(port: 80, nodePort: 30_080)]
            ) {
                $0.type = .nodePort
                $0.externalTrafficPolicy = "Local"
            }
            .slice("web", port: 8080, ready: ["10.244.0.3"]) { $0.nodeName = "here" }
            .slice("web", port: 8080, ready: ["10.244.0.4"]) { $0.nodeName = "there" }
        let parts = try #require(cluster.parts("web"))
        #expect(parts.value("services4", "10.96.0.21 . tcp . 80") == "goto cluster-tcp4-2")
        #expect(parts.value("nodeports4", "tcp . 30080") == "goto external-local-tcp-port4-1-2")
        #expect(
            parts.values("nodeport-backends-tcp4") == [
                "30080 . 0": "10.244.0.3 . 8080", "30080 . 65536": "10.244.0.3 . 8080",
                "30080 . 65537": "10.244.0.4 . 8080",
            ]
        )
        #expect(
            parts.chains["external-local-tcp-port4-1-2"] == [
                "ip saddr { 10.244.0.0/16 } goto far-tcp-port4-2",
                "fib saddr type local jump mark-for-masquerade",
                "fib saddr type local goto far-tcp-port4-2", "goto near-tcp-port4-1",
            ]
        )
        #expect(parts.values("no-endpoint-nodeports4").isEmpty)
    }

    @Test func `policies without an endpoint here drop, and without any refuse`() throws {
        let cluster = { (node: String?) in
            let some = Cluster().service(
                "web",
                clusterIP: "10.96.0.21",
                ports: [ServicePort(port: 80, nodePort: 30_080)]
            ) {
                $0.type = .nodePort
                $0.externalTrafficPolicy = "Local"
                $0.internalTrafficPolicy = "Local"
            }
            guard let node else { return some }
            return some.slice("web", port: 8080, ready: ["10.244.0.4"]) { $0.nodeName = node }
        }
        let away = try #require(cluster("there").parts("web"))
        #expect(away.values("no-endpoints4") == ["10.96.0.21 . tcp . 80": "drop"])
        #expect(away.values("no-endpoint-nodeports4") == ["tcp . 30080": "drop"])
        #expect(away.values("nodeports4").count == 1)
        #expect(away.values("services4").isEmpty)
        let none = try #require(cluster(nil).parts("web"))
        #expect(none.values("no-endpoints4").values.sorted() == ["goto reject-connection"])
        #expect(none.values("nodeports4").isEmpty)
        // A pod without a node is here.
        let here = try #require(cluster("").parts("web"))
        #expect(here.values("no-endpoints4").isEmpty && here.values("services4").count == 1)
    }

    @Test func `source ranges make a chain for the balancer's addresses alone`() throws {
        let cluster = Cluster()
            .service(
                "web",
                clusterIP: "10.96.0.21",
                ports: [ServicePort(port: 80, nodePort: 30_080)]
            ) {
                $0.type = .loadBalancer
                $0.loadBalancerIngress = [LoadBalancerIngress(ip: "198.51.100.2")]
                $0.loadBalancerSourceRanges = [" 192.0.2.0/24 ", "2001:db8::/32"]
            }
            .slice("web", port: 8080, ready: Self.endpoints)
        let parts = try #require(cluster.parts("web"))
        let verdict = try #require(parts.value("firewall4", "198.51.100.2 . tcp . 80"))
        #expect(parts.values("firewall4").count == 1)
        let chain = try #require(parts.chains[String(verdict.dropFirst("goto ".count))])
        #expect(chain.last == "ip saddr != { 192.0.2.0/24 } drop")
    }

    @Test func `affinity makes a chain and a set of clients for each endpoint`() throws {
        let cluster = Cluster()
            .service("web", clusterIP: "10.96.0.21") { $0.affinitySeconds = 60 }
            .slice("web", port: 8080, ready: Self.endpoints)
        let parts = try #require(cluster.parts("web"))
        #expect(parts.sets.count == 2)
        #expect(
            parts.sets.values.allSatisfy {
                $0 == "type ipv4_addr; flags dynamic,timeout; timeout 60s;"
            }
        )
        let entry = try #require(parts.value("services4", "10.96.0.21 . tcp . 80"))
        let first = try #require(parts.chains[String(entry.dropFirst("goto ".count))])
        let next = try #require(first.last)
        let pick = try #require(parts.chains[String(next.dropFirst("goto ".count))])
        #expect(pick.count == 3)
        #expect(pick.last?.hasPrefix("numgen random mod 2 vmap { 0 : goto endpoint4-") == true)
        #expect(parts.values("backends-tcp4").isEmpty)
        // Names fit, however long those of the service are.
        let long = String(repeating: "a", count: 63)
        var service = try #require(cluster.services["web"])
        service.metadata.name = long
        service.metadata.namespace = long
        let rules = ServiceRules.parts(of: service, cluster.slices["web"] ?? [], cluster.settings)
        let names = try #require(rules).chains.keys.map(\.utf8.count)
        #expect(names.allSatisfy { $0 < 255 })
    }
}
