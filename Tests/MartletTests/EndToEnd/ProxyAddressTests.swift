import Foundation
import Glibc
import Testing

/// Counted as skipped, with the reason, where namespaces can't be made.
@Suite(
    "The proxy: addresses, policies and refusals",
    .serialized,
    .enabled(
        if: ServiceNetwork.obstacle == nil,
        "SKIPPED, NO TRAFFIC WAS LED: \(ServiceNetwork.obstacle ?? "")"
    )
)
struct ProxyAddressTests {
    /// Services of every kind, with all three pods behind each.
    private static func manifest() -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: public}
        spec:
          type: LoadBalancer
          clusterIP: 10.96.0.31
          ports: [{name: web, port: 80, targetPort: 8080, nodePort: 30080}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: near}
        spec:
          type: LoadBalancer
          clusterIP: 10.96.0.32
          externalTrafficPolicy: Local
          internalTrafficPolicy: Local
          healthCheckNodePort: 30090
          loadBalancerSourceRanges: [192.0.2.2/32, 10.244.0.0/16]
          ports: [{name: web, port: 80, targetPort: 8080, nodePort: 30081}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: both}
        spec:
          type: NodePort
          ipFamilyPolicy: RequireDualStack
          clusterIP: 10.96.0.33
          clusterIPs: [10.96.0.33, "fd00:10:96::33"]
          externalIPs: [198.51.100.7]
          ports: [{name: web, port: 80, targetPort: 8080, nodePort: 30083}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: empty}
        spec:
          type: NodePort
          clusterIP: 10.96.0.34
          ports:
          - {name: web, port: 80, targetPort: 8080, nodePort: 30082}
          - {name: dns, port: 53, protocol: UDP, targetPort: 8080}

        """
            + slice("public", ["10.244.0.11", "10.244.0.12", "10.244.0.13"])
            + slice("both", ["10.244.0.11", "10.244.0.12", "10.244.0.13"])
            + slice("both", ["fd00:10:244::11", "fd00:10:244::12", "fd00:10:244::13"])
            + slice("near", ["10.244.0.11"], node: "here", suffix: "here")
            + slice("near", ["10.244.0.12", "10.244.0.13"], node: "there", suffix: "there")
    }

    private static func slice(
        _ service: String,
        _ addresses: [String],
        node: String = "",
        suffix: String = "",
        transport: String = "TCP"
    ) -> String {
        let isIPv6 = addresses[0].contains(":")
        return """

            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: \(service)-\(isIPv6 ? "6" : "4")\(suffix)
              labels: {kubernetes.io/service-name: \(service)}
            addressType: \(isIPv6 ? "IPv6" : "IPv4")
            ports: [{name: web, port: 8080, protocol: \(transport)}]
            endpoints:
            \(addresses.map { "- {addresses: [\"\($0)\"], nodeName: \"\(node)\"}\n" }.joined())
            """
    }

    private static func balancer(_ service: String, _ site: Site) throws -> String {
        try site.done(
            "get",
            "svc",
            service,
            "-o",
            "jsonpath={.status.loadBalancer.ingress[0].ip}"
        )
    }

    private static let all = ["pod1", "pod2", "pod3"]

    @Test func `services are reached by all of their addresses, from everywhere`() throws {
        let site = try Site()
        try site.done("apply", "-f", "-", input: Self.manifest())
        let network = try ServiceNetwork(site)
        let proxy = try network.startProxy()
        let balancer = try Self.balancer("public", site)
        for (place, address, port) in [
            ("shell", "10.96.0.31", 80), ("host", "10.96.0.31", 80), ("shell", balancer, 80),
            ("shell", "10.244.0.1", 30_080), ("outside", "192.0.2.1", 30_080),
            ("outside", "10.244.0.1", 30_080), ("host", "192.0.2.1", 30_080),
            ("outside", balancer, 80), ("shell", "fd00:10:96::33", 80),
            ("host", "fd00:10:96::33", 80), ("shell", "10.96.0.33", 80),
            ("outside", "198.51.100.7", 80), ("shell", "198.51.100.7", 80),
            ("outside", "192.0.2.1", 30_083), ("outside", "2001:db8::1", 30_083),
        ] {
            let answers = try network.connect(from: place, to: address, port)
            #expect(answers.names.keys.sorted() == Self.all, "\(place), \(address): \(answers)")
            // Whoever comes from outside comes as the host.
            let host = address.contains(":") ? "fd00:10:244::1" : "10.244.0.1"
            if place == "outside" { #expect(answers.clients == [host], "\(address)") }
        }
        // A pod that reaches itself sees the host, or it would answer itself.
        for address in ["10.96.0.33", "fd00:10:96::33"] {
            let answers = try network.connect(from: "pod1", to: address, count: 60)
            #expect(answers.names.keys.sorted() == Self.all, "\(answers)")
            let prefix = address.contains(".") ? "10.244.0." : "fd00:10:244::"
            let seen: Set = [prefix + "1", prefix + "11"]
            #expect(answers.clients == seen)
        }
        _ = proxy
    }

    @Test func `a local policy keeps to this node, and the client's address`() throws {
        let site = try Site()
        try site.done("apply", "-f", "-", input: Self.manifest())
        let network = try ServiceNetwork(site)
        let proxy = try network.startProxy()
        let balancer = try Self.balancer("near", site)
        for (place, address, port) in [
            ("outside", balancer, 80), ("outside", "192.0.2.1", 30_081),
            ("shell", "10.96.0.32", 80),
        ] {
            let answers = try network.connect(from: place, to: address, port)
            #expect(answers.names == ["pod1": 30], "\(place), \(address)")
            #expect(answers.clients == [place == "outside" ? "192.0.2.2" : "10.244.0.14"])
        }
        // Pods and the host itself are not subject to the external policy.
        for place in ["shell", "host"] {
            let answers = try network.connect(from: place, to: "192.0.2.1", 30_081)
            #expect(answers.names.keys.sorted() == Self.all, "\(place): \(answers)")
        }
        // A client outside of the source ranges gets nowhere, by the balancer's address alone.
        let other = try network.connect(
            from: "outside",
            to: balancer,
            80,
            count: 1,
            "from=192.0.2.3",
            "drops"
        )
        #expect(other.names == ["TimeoutError": 1])
        let node = try network.connect(
            from: "outside",
            to: "192.0.2.1",
            30_081,
            "from=192.0.2.3"
        )
        #expect(node.names == ["pod1": 30])

        // Without an endpoint here traffic from outside is dropped, that of pods is not.
        try site.done("delete", "endpointslice", "near-4here")
        try proxy.waitForOutput(seconds: 60) { $0.contains("services changed") }
        for (place, address, port) in [
            ("outside", balancer, 80), ("outside", "192.0.2.1", 30_081),
            ("shell", "10.96.0.32", 80),
        ] {
            let answers = try network.connect(from: place, to: address, port, count: 1, "drops")
            #expect(answers.names == ["TimeoutError": 1], "\(place), \(address)")
        }
        let answers = try network.connect(from: "shell", to: balancer)
        #expect(answers.names.keys.sorted() == ["pod2", "pod3"])
    }

    @Test func `what nobody serves is refused at once`() throws {
        let site = try Site()
        try site.done("apply", "-f", "-", input: Self.manifest())
        let network = try ServiceNetwork(site)
        let proxy = try network.startProxy()
        for (place, address, port) in [
            ("shell", "10.96.0.34", 80), ("host", "10.96.0.34", 80), ("outside", "10.96.0.34", 80),
            ("outside", "192.0.2.1", 30_082), ("shell", "10.244.0.1", 30_082),
            // A port that the service doesn't have.
            ("shell", "10.96.0.33", 81), ("host", "10.96.0.33", 81),
            ("shell", "fd00:10:96::33", 81),
        ] {
            let answers = try network.connect(from: place, to: address, port, count: 3)
            #expect(answers.names == ["ConnectionRefusedError": 3], "\(place), \(address)")
        }
        let datagrams = try network.connect(from: "shell", to: "10.96.0.34", 53, count: 3, "udp")
        #expect(datagrams.names == ["ConnectionRefusedError": 3])
        // An address that is nobody's.
        let answers = try network.connect(from: "shell", to: "10.96.9.9", count: 1, "drops")
        #expect(answers.names == ["TimeoutError": 1])

        // A cluster IP that the host has bound is the host's, while the service is empty.
        try network.host("ip", "address", "add", "10.96.0.34/32", "dev", "lo")
        let server = try site.start(
            network.enter("python3", "\(site.directory)/server.py", "host", "80")
        )
        try server.waitForOutput(seconds: 60) { $0.contains("serving\n") }
        for place in ["shell", "host"] {
            #expect(try network.connect(from: place, to: "10.96.0.34").names == ["host": 30])
        }
        _ = proxy
    }

    @Test func `endpoints that end serve when there are no others`() throws {
        let ending = "ready: false, serving: true, terminating: true"
        let slice = { (first: String, second: String) in
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: web-4
              labels: {kubernetes.io/service-name: web}
            addressType: IPv4
            ports: [{name: web, port: 8080, protocol: TCP}]
            endpoints:
            - {addresses: ["10.244.0.11"], conditions: {\(first)}}
            - {addresses: ["10.244.0.12"], conditions: {\(second)}}

            """
        }
        let service = """
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {clusterIP: 10.96.0.21, ports: [{name: web, port: 80, targetPort: 8080}]}
            ---

            """
        let site = try Site()
        try site.done("apply", "-f", "-", input: service + slice(ending, "ready: true"))
        let network = try ServiceNetwork(site)
        let proxy = try network.startProxy()
        #expect(try network.connect(from: "shell", to: "10.96.0.21").names == ["pod2": 30])
        try site.done("apply", "-f", "-", input: slice(ending, "ready: false"))
        try proxy.waitForOutput(seconds: 60) { $0.contains("services changed") }
        #expect(try network.connect(from: "shell", to: "10.96.0.21").names == ["pod1": 30])
    }

    @Test func `a UDP client goes on to another endpoint when its own is gone`() throws {
        let service = """
            apiVersion: v1
            kind: Service
            metadata: {name: dns}
            spec:
              clusterIP: 10.96.0.53
              ports: [{name: web, port: 53, protocol: UDP, targetPort: 8080}]
            """
        let site = try Site()
        let pods = ["10.244.0.11", "10.244.0.12"]
        try site.done(
            "apply",
            "-f",
            "-",
            input: service + Self.slice("dns", pods, transport: "UDP")
        )
        let network = try ServiceNetwork(site)
        let proxy = try network.startProxy()
        // One socket, whose flow the kernel remembers: it gets one endpoint for good.
        let before = try network.connect(from: "shell", to: "10.96.0.53", 53, "udp", "port=5000")
        #expect(before.names.values.sorted() == [30], "\(before)")
        let own = try #require(before.names.keys.first)
        let rest = own == "pod1" ? pods[1] : pods[0]
        try site.done("apply", "-f", "-", input: Self.slice("dns", [rest], transport: "UDP"))
        try proxy.waitForOutput(seconds: 60) { $0.contains("UDP flows to endpoints that are gone") }
        let after = try network.connect(from: "shell", to: "10.96.0.53", 53, "udp", "port=5000")
        #expect(after.names == [own == "pod1" ? "pod2" : "pod1": 30])
    }
}
