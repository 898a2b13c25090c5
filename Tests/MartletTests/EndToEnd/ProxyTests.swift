import Foundation
import Glibc
import KubernetesModel
import Registry
import RegistrySQLite
import TestSupport
import Testing

/// Counted as skipped, with the reason, where namespaces can't be made.
@Suite(
    "The proxy: traffic of services, in namespaces",
    .serialized,
    .enabled(
        if: ServiceNetwork.obstacle == nil,
        "SKIPPED, NO TRAFFIC WAS LED: \(ServiceNetwork.obstacle ?? "")"
    )
)
struct ProxyTests {
    /// The pods' addresses.
    private static let pods = ["10.244.0.11", "10.244.0.12", "10.244.0.13"]

    /// A service without selector, and the slice of its endpoints.
    private static func web(
        _ fields: String = "",
        port: String = "port: 80, targetPort: 8080, protocol: TCP"
    ) -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec:
          clusterIP: 10.96.0.21
          ports: [{name: web, \(port)}]
        \(fields.split(separator: "\n").map { "  \($0)\n" }.joined())
        """
    }

    /// The slice of a service's endpoints, each with its conditions.
    private static func slice(
        _ endpoints: [(address: String, conditions: String)],
        of service: String = "web",
        transport: String = "TCP"
    ) -> String {
        let isIPv6 = endpoints.first?.address.contains(":") == true
        return """

            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: \(service)-\(isIPv6 ? "6" : "4")
              labels: {kubernetes.io/service-name: \(service)}
            addressType: \(isIPv6 ? "IPv6" : "IPv4")
            ports: [{name: web, port: 8080, protocol: \(transport)}]
            endpoints:
            \(endpoints.map { "- {addresses: [\"\($0)\"], conditions: {\($1)}}\n" }.joined())

            """
    }

    private static func slice(ready addresses: [String], transport: String = "TCP") -> String {
        slice(addresses.map { ($0, "ready: true") }, transport: transport)
    }

    private static func network(_ manifest: String) throws -> ServiceNetwork {
        let site = try Site()
        try site.done("apply", "-f", "-", input: manifest)
        return try ServiceNetwork(site)
    }

    @Test func `connections are spread evenly over the endpoints`() throws {
        let network = try Self.network(Self.web() + Self.slice(ready: Self.pods))
        let proxy = try network.startProxy()
        let count = 30_000
        let answers = try network.connect(from: "shell", to: "10.96.0.21", count: count)
        #expect(answers.names.keys.sorted() == ["pod1", "pod2", "pod3"])
        #expect(answers.total == count)
        for (pod, own) in answers.names {
            // Seven standard deviations of a fair choice.
            #expect(abs(own - count / 3) < count / 50, "\(pod): \(own)")
        }
        // Pods are seen as they are; the host and others come as the host.
        #expect(answers.clients == ["10.244.0.14"])
        #expect(try network.connect(from: "host", to: "10.96.0.21").names.count == 3)
        let outside = try network.connect(from: "outside", to: "10.96.0.21")
        #expect(outside.clients == ["10.244.0.1"])
        _ = proxy
    }

    @Test func `a client keeps its endpoint while it is there`() throws {
        let affinity = "sessionAffinity: ClientIP\nexternalIPs: [198.51.100.7]"
        let network = try Self.network(Self.web(affinity) + Self.slice(ready: Self.pods))
        let proxy = try network.startProxy()
        var kept: Set<String> = []
        for place in ["shell", "outside", "host"] {
            let answers = try network.connect(from: place, to: "10.96.0.21")
            #expect(answers.names.values.sorted() == [30], "\(place): \(answers)")
            // By another address of the service it is the same endpoint.
            #expect(
                try network.connect(from: place, to: "198.51.100.7").names.keys
                    == answers.names.keys
            )
            if place == "shell" { kept.formUnion(answers.names.keys) }
        }
        // When its endpoint goes it gets another one, and keeps that.
        let index = try #require(kept.first.flatMap { Int($0.suffix(1)) }) - 1
        var rest = Self.pods
        rest.remove(at: index)
        try network.site.done("apply", "-f", "-", input: Self.slice(ready: rest))
        try proxy.waitForOutput(seconds: 60) { $0.contains("1 services changed") }
        let answers = try network.connect(from: "shell", to: "10.96.0.21")
        #expect(answers.names.values.sorted() == [30] && answers.names["pod\(index + 1)"] == nil)
        try network.wait(for: "as the registry says") {
            try network.table() == network.desiredTable()
        }
    }

    @Test func `a client that stays away for longer than the timeout is forgotten`() throws {
        let affinity =
            "sessionAffinity: ClientIP\nsessionAffinityConfig: {clientIP: {timeoutSeconds: 1}}"
        let network = try Self.network(Self.web(affinity) + Self.slice(ready: Self.pods))
        let proxy = try network.startProxy()
        var names: Set<String> = []
        // Forty choices among three are hardly ever the same.
        for _ in 0..<40 where names.count < 2 {
            let answers = try network.connect(from: "shell", to: "10.96.0.21", count: 1)
            names.formUnion(answers.names.keys)
            try network.wait(for: "forgotten") {
                try !network.host("nft", "list", "table", "inet", "martlet").contains("expires")
            }
        }
        #expect(names.count > 1 && names.isSubset(of: ["pod1", "pod2", "pod3"]))
        _ = proxy
    }

    @Test func `nobody reaches an endpoint that is no longer ready`() throws {
        let network = try Self.network(Self.web() + Self.slice(ready: Self.pods))
        let proxy = try network.startProxy()
        for round in 0..<3 {
            let conditions = (0..<3).map { $0 == round ? "ready: false" : "ready: true" }
            let slice = Self.slice(zip(Self.pods, conditions).map { ($0, $1) })
            try network.site.done("apply", "-f", "-", input: slice)
            try proxy.waitForOutput(seconds: 60) {
                $0.components(separatedBy: "1 services changed").count == round + 2
            }
            let answers = try network.connect(from: "shell", to: "10.96.0.21", count: 2000)
            #expect(answers.names["pod\(round + 1)"] == nil && answers.total == 2000)
            #expect(answers.names.count == 2, "\(answers)")
        }
    }

    @Test func `no connection is lost in a thousand changes of endpoints`() throws {
        let network = try Self.network(Self.web() + Self.slice(ready: Self.pods))
        let proxy = try network.startProxy()
        let client = try network.startClient(in: "shell", "10.96.0.21", 80, 0)
        let store = try SQLiteStore(path: "\(network.site.directory)/registry.db")
        let registry = try Registry(store: store)
        defer { registry.close() }
        let key = ObjectKey(kind: .endpointSlice, namespace: "default", name: "web-4")
        var random = SeededGenerator(seed: 5)
        for _ in 0..<1000 {
            var slice = try EndpointSlice(registry.get(key))
            // The first stays; the others come and go.
            slice.endpoints = Self.pods.enumerated().filter { index, _ in
                index == 0 || Bool.random(using: &random)
            }.map { Endpoint(addresses: [$1], ready: true) }
            _ = try registry.update(APIObject(slice))
        }
        try network.wait(for: "as the registry says") {
            try network.table() == network.desiredTable()
        }
        client.send(SIGTERM)
        #expect(try client.wait(seconds: 120) == .exited(0))
        let answers = Answers(client.text)
        #expect(answers.names.keys.allSatisfy { $0.hasPrefix("pod") }, "\(answers)")
        #expect(answers.names["pod1"] ?? 0 > 0)
        try proxy.waitForOutput { $0.contains("services changed") }
    }

    @Test func `a killed proxy's rules go on, and the next one sets them right`() throws {
        let network = try Self.network(Self.web() + Self.slice(ready: Self.pods))
        var proxy = try network.startProxy()
        let client = try network.startClient(in: "shell", "10.96.0.21", 80, 0)
        let site = network.site
        for round in 0..<3 {
            let store = try SQLiteStore(path: "\(site.directory)/registry.db")
            let registry = try Registry(store: store)
            defer { registry.close() }
            for number in 0..<40 {
                let own = round * 40 + number
                try Self.addService(own, to: registry)
                // At some moment in the midst of it.
                if number == 20 + round * 5 { proxy.send(SIGKILL) }
            }
            #expect(try proxy.wait() == .killed(SIGKILL))
            proxy = try network.startProxy()
            // It has looked at what was there, and not made it anew.
            #expect(proxy.text.contains(") checked in "), "\(proxy.text)")
            try network.wait(for: "as the registry says") {
                try network.table() == network.desiredTable()
            }
        }
        client.send(SIGTERM)
        #expect(try client.wait(seconds: 120) == .exited(0))
        let answers = Answers(client.text)
        #expect(answers.names.keys.sorted() == ["pod1", "pod2", "pod3"], "\(answers)")
        // Told to end, it leaves the rules; cleanup removes them.
        proxy.send(SIGTERM)
        #expect(try proxy.wait() == .exited(0))
        #expect(try network.host("nft", "list", "tables") == "table inet martlet\n")
        #expect(try network.connect(from: "shell", to: "10.96.0.21").names.count == 3)
        for _ in 0..<2 {
            try network.host(Site.program, "proxy", "cleanup")
            #expect(try network.host("nft", "list", "tables").isEmpty)
        }
    }

    @Test func `rules of other settings are replaced without a lost connection`()
        throws
    {
        let dns = """

            ---
            apiVersion: v1
            kind: Service
            metadata: {name: dns}
            spec:
              clusterIP: 10.96.0.53
              ports: [{name: web, port: 53, targetPort: 8080, protocol: UDP}]
            """
        let endpoints = Self.pods.map { ($0, "ready: true") }
        let network = try Self.network(
            Self.web() + Self.slice(ready: Self.pods) + dns
                + Self.slice(endpoints, of: "dns", transport: "UDP")
        )
        var proxy = try network.startProxy("--masquerade-bit", "10")
        let client = try network.startClient(in: "shell", "10.96.0.21", 80, 0)
        // One that goes on and on, whose endpoint stays.
        let talker = try network.startClient(in: "shell", "10.96.0.53", 53, 0, "udp")
        for child in [client, talker] { try child.waitForErrors { $0.contains("begins\n") } }
        for bit in 11..<17 {
            proxy.send(SIGTERM)
            #expect(try proxy.wait() == .exited(0))
            proxy = try network.startProxy("--masquerade-bit", "\(bit)")
            #expect(proxy.text.contains(") set in "), "\(proxy.text)")
        }
        for child in [client, talker] { child.send(SIGTERM) }
        for child in [client, talker] { #expect(try child.wait(seconds: 120) == .exited(0)) }
        #expect(Answers(client.text).names.keys.sorted() == ["pod1", "pod2", "pod3"])
        let talk = Answers(talker.text).names.keys
        #expect(talk.count == 1 && talk.first?.hasPrefix("pod") == true, "\(talker.text)")
    }

    /// Creates a service with one or two endpoints, every second one with session affinity.
    private static func addService(_ number: Int, to registry: Registry) throws {
        _ = try registry.create(
            APIObject(
                [
                    "apiVersion": "v1", "kind": "Service",
                    "metadata": ["name": .string("s\(number)")],
                    "spec": [
                        "ports": [["port": 80, "targetPort": 8080]],
                        "sessionAffinity": .string(number % 2 == 0 ? "None" : "ClientIP"),
                    ],
                ] as Value
            )
        )
        let slice = EndpointSlice(
            metadata: ObjectMeta(
                name: "s\(number)-4",
                namespace: "default",
                labels: [EndpointSlice.serviceNameLabel: "s\(number)"]
            ),
            addressType: .ipv4,
            endpoints: pods.prefix(1 + number % 3 / 2).map { Endpoint(addresses: [$0]) },
            ports: [EndpointPort(port: 8080)]
        )
        _ = try registry.create(APIObject(slice))
    }

    @Test func `rules that another program removes come back`() throws {
        let network = try Self.network(Self.web() + Self.slice(ready: Self.pods))
        let proxy = try network.startProxy()
        for command in ["flush ruleset", "flush chain inet martlet services"] {
            try network.host("nft", command)
            try network.wait(for: "as the registry says") {
                let outcome = try network.site.run(
                    network.enter("nft", "list", "table", "inet", "martlet")
                )
                guard outcome.status == 0 else { return false }
                return try network.table() == network.desiredTable()
            }
        }
        try proxy.waitForOutput { $0.contains("another program has changed table inet martlet") }
    }
}
