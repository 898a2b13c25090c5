import Foundation
import Testing

/// Counted as skipped, with the reason, where namespaces can't be made.
@Suite(
    "The proxy: SCTP, and what load balancers ask",
    .serialized,
    .enabled(
        if: ServiceNetwork.obstacle == nil,
        "SKIPPED, NO TRAFFIC WAS LED: \(ServiceNetwork.obstacle ?? "")"
    )
)
struct ProxyTransportTests {
    private static let pods = ["10.244.0.11", "10.244.0.12", "10.244.0.13"]

    private static func slice(
        _ service: String,
        _ addresses: [String],
        node: String = "here",
        transport: String = "TCP"
    ) -> String {
        let isIPv6 = addresses[0].contains(":")
        return """

            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: \(service)-\(isIPv6 ? "6" : "4")-\(node)
              labels: {kubernetes.io/service-name: \(service)}
            addressType: \(isIPv6 ? "IPv6" : "IPv4")
            ports: [{name: web, port: 8080, protocol: \(transport)}]
            endpoints:
            \(addresses.map { "- {addresses: [\"\($0)\"], nodeName: \"\(node)\"}\n" }.joined())
            """
    }

    /// Whether the kernel follows SCTP associations, without which it translates no ports.
    private static let tracksSCTP = FileManager.default.fileExists(
        atPath: "/proc/sys/net/netfilter/nf_conntrack_sctp_timeout_closed"
    )

    @Test(
        .enabled(if: tracksSCTP, "SKIPPED: THIS KERNEL DOESN'T TRACK SCTP"),
        arguments: ["10.96.0.36", "fd00:10:96::36"]
    )
    func `the beginning of an SCTP association reaches an endpoint, and its answer the client`(
        _ address: String
    ) throws {
        let site = try Site()
        let manifest = """
            apiVersion: v1
            kind: Service
            metadata: {name: signals}
            spec:
              ipFamilyPolicy: RequireDualStack
              clusterIP: 10.96.0.36
              clusterIPs: [10.96.0.36, "fd00:10:96::36"]
              ports: [{name: web, port: 80, targetPort: 8080, protocol: SCTP}]
            """
        let sixes = (1...3).map { "fd00:10:244::1\($0)" }
        try site.done(
            "apply",
            "-f",
            "-",
            input: manifest + Self.slice("signals", Self.pods, transport: "SCTP")
                + Self.slice("signals", sixes, transport: "SCTP")
        )
        let network = try ServiceNetwork(site)
        let proxy = try network.startProxy()
        let program = try site.write("sctp.py", ServiceNetwork.sctp)
        var servers: [Child] = []
        for pod in ["pod1", "pod2", "pod3"] {
            try network.inside(pod, "nft", "-f", site.write("quiet.nft", ServiceNetwork.noAborts))
            let words = ["ip", "netns", "exec", pod, "python3", program, "serve", address, pod]
            let server = try site.start(network.enter() + words)
            try server.waitForOutput(seconds: 60) { $0.contains("serving\n") }
            servers.append(server)
        }
        let output = try network.inside("shell", "python3", program, "ask", address, "30")
        let answers = Answers(output)
        #expect(answers.names.keys.sorted() == ["pod1", "pod2", "pod3"], "\(output)")
        #expect(answers.total == 30)
        _ = proxy
    }

    @Test func `load balancers are told whether the service has endpoints here`() throws {
        let site = try Site()
        let manifest = """
            apiVersion: v1
            kind: Service
            metadata: {name: near}
            spec:
              type: LoadBalancer
              clusterIP: 10.96.0.32
              externalTrafficPolicy: Local
              healthCheckNodePort: 30090
              ports:
              - {name: web, port: 80, targetPort: 8080}
              - {name: other, port: 81, targetPort: 8080}
            """
        let here = Self.slice("near", [Self.pods[0], Self.pods[1]])
        let there = Self.slice("near", [Self.pods[2]], node: "there")
        try site.done("apply", "-f", "-", input: manifest + here + there)
        let network = try ServiceNetwork(site)
        // Somebody else has the port at first.
        let server = "\(site.directory)/server.py"
        let squatter = try site.start(network.enter("python3", server, "host", "30090"))
        try squatter.waitForOutput(seconds: 60) { $0.contains("serving\n") }
        let proxy = try network.startProxy()
        try proxy.waitForOutput(seconds: 60) {
            $0.contains(
                "[WARNING] health checks of default/near on port 30090 can't be answered:"
                    + " Address already in use; it is tried again\n"
            )
        }
        squatter.send(SIGKILL)
        #expect(try squatter.wait() == .killed(SIGKILL))
        try network.wait(for: "answered") { try Self.check(network)?.status == 200 }

        // Whatever the path and the family are, and whatever else is sent to the port.
        for host in ["192.0.2.1", "2001:db8::1"] {
            let reply = try #require(try Self.check(network, host))
            #expect(reply.status == 200 && reply.weight == "2", "\(host)")
            #expect(reply.body["localEndpoints"] as? Int == 2)
            #expect(reply.body["serviceProxyHealthy"] as? Bool == true)
            #expect(
                reply.body["service"] as? [String: String]
                    == ["namespace": "default", "name": "near"]
            )
        }
        let noise = "head -c 100000 /dev/zero | tr '\\\\0' x > /dev/tcp/192.0.2.1/30090; exit 0"
        try network.inside("outside", "bash", "-c", noise)

        try site.done("delete", "endpointslice", "near-4-here")
        try network.wait(for: "turned away") { try Self.check(network)?.status == 503 }
        let reply = try #require(try Self.check(network))
        #expect(reply.body["localEndpoints"] as? Int == 0 && reply.weight == "0")
        try site.done("delete", "service", "near")
        try network.wait(for: "closed") { try Self.check(network) == nil }
        #expect(
            try network.connect(from: "outside", to: "192.0.2.1", 30_090, count: 1).names
                == ["ConnectionRefusedError": 1]
        )
    }

    private struct Reply {
        var status: Int
        var weight: String
        var body: [String: Any]
    }

    /// What a load balancer outside is told; nil if nobody listens.
    private static func check(
        _ network: ServiceNetwork,
        _ host: String = "192.0.2.1"
    ) throws -> Reply? {
        let program = """
            import http.client, sys
            c = http.client.HTTPConnection(sys.argv[1], 30090, timeout=60)
            try:
                c.request("GET", "/anything?at=all")
                r = c.getresponse()
                weight = r.getheader("x-load-balancing-endpoint-weight", "")
                print(r.status, "weight=" + weight, r.read().decode(), sep="\\n")
            except (ConnectionError, http.client.HTTPException):
                pass
            """
        let output = try network.inside("outside", "python3", "-c", program, host)
        let lines = output.split(separator: "\n", maxSplits: 2)
        guard lines.count == 3, let status = Int(lines[0]) else { return nil }
        let body = try JSONSerialization.jsonObject(with: Data(lines[2].utf8))
        return Reply(
            status: status,
            weight: String(lines[1].dropFirst("weight=".count)),
            body: body as? [String: Any] ?? [:]
        )
    }
}
