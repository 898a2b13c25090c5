import Foundation
import Glibc
import TestSupport
import Testing

@Suite("More than can be taken, or sent")
struct OverloadTests {
    /// What a server counted, summed over all labels.
    private static func metric(_ site: Site, _ name: String, _ port: UInt16) throws -> Int {
        let url = "http://127.0.0.1:\(port)/metrics"
        let words = ["curl", "-s", "--retry", "9", "--retry-all-errors", url]
        return try site.run(words).output.split(separator: "\n")
            .filter { $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ") }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
            .reduce(0) { $0 + Int($1) }
    }

    @Test func `what the kernel drops at a full socket is counted, and nothing else is lost`()
        throws
    {
        let site = try Site()
        try site.done("apply", "-f", Site.path("zones/demo"))
        let port = try FreePort.choose()
        let corefile = """
            cluster.local {
                prometheus 127.0.0.1:\(port)
                kubernetes
            }
            """
        let path = try site.write("Corefile", corefile)
        let server = try site.serve("--config", path, "--workers", "2")
        let number = try #require(UInt16(server.port))
        var question: [UInt8] = [0x4d, 0x61, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        for label in ["web", "shop", "svc", "cluster", "local"] {
            question += [UInt8(label.utf8.count)] + label.utf8
        }
        question += [0, 0, 1, 0, 1]
        let client = try LoopbackClient.udp(number)
        let count = 40_000
        #expect(try Self.metric(site, "martlet_udp_receive_drops_total", port) == 0)
        server.child.send(SIGSTOP)
        for _ in 0..<count { client.send(question) }
        server.child.send(SIGCONT)
        let deadline = Instant.now + 120
        var (asked, dropped) = (0, 0)
        repeat {
            asked = try Self.metric(site, "coredns_dns_requests_total", port)
            dropped = try Self.metric(site, "martlet_udp_receive_drops_total", port)
        } while asked + dropped != count && Instant.now < deadline
        #expect(asked + dropped == count, "\(asked) asked, \(dropped) dropped")
        #expect(dropped > 1_000 && asked > 100)
        try server.stop()
    }

    /// Why the kernel can't be given a narrow way out; nil if it can.
    static let obstacle: String? = {
        let script = "ip link set lo up && tc qdisc add dev lo root \(narrow)"
        guard let child = try? Child(Pod.unshare + ["sh", "-c", script]) else { return "no shell" }
        guard (try? child.wait()) == .exited(0) else { return child.errorText }
        return nil
    }()
    /// Two megabits a second: replies wait in the queue, and fill the socket that they left from.
    static let narrow = "tbf rate 2mbit burst 20000 limit 100000000"
    /// Asks more than can be sent at once, and prints what came back and what was dropped.
    private static let client = """
        import socket, sys, threading, time, urllib.request
        port, metrics, count = map(int, sys.argv[1:4])
        query = b"Ma\\0\\0\\0\\1\\0\\0\\0\\0\\0\\1"
        for label in b"many", b"default", b"svc", b"cluster", b"local":
            query += bytes([len(label)]) + label
        query += b"\\0\\0\\1\\0\\1" + b"\\0\\0\\x29\\x04\\xd0\\0\\0\\0\\0\\0\\0"
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        client.connect(("127.0.0.1", port))
        client.settimeout(2)
        def dropped():
            url = "http://127.0.0.1:%d/metrics" % metrics
            text = urllib.request.urlopen(url, timeout=100).read().decode()
            lines = [l for l in text.split("\\n") if l.startswith("coredns_shed_dropped_total{")]
            return sum(int(float(l.split(" ")[-1])) for l in lines)
        def send():
            for _ in range(count):
                client.send(query)
        threading.Thread(target=send).start()
        received, end = 0, time.time() + 150
        while time.time() < end:
            try:
                client.recv(65535)
                received += 1
                if received == count: break
            except TimeoutError:
                if received + dropped() == count: break
        print("RESULT", received, dropped())
        """

    @Test(
        .enabled(if: obstacle == nil, "SKIPPED, NO NARROW NETWORK: \(obstacle ?? "")"),
        arguments: [true, false]
    )
    func `shed drops and counts replies that can't be sent at once; without it they wait`(
        _ sheds: Bool
    ) throws {
        let site = try Site()
        let manifest = """
            {apiVersion: v1, kind: Service, metadata: {name: many}, spec: {clusterIP: None, \
            selector: {app: many}, ports: [{port: 80}]}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: many}, spec: {replicas: 200, \
            selector: {matchLabels: {app: many}}, template: {metadata: {labels: {app: many}}, \
            spec: {containers: [{name: a, image: b}]}}}}
            """
        try site.done("apply", "-f", "-", input: manifest)
        let corefile = """
            cluster.local:1053 {
                \(sheds ? "shed" : "")
                prometheus 127.0.0.1:9153
                kubernetes
            }
            """
        let path = try site.write("Corefile", corefile)
        let client = try site.write("client.py", Self.client)
        let count = 400
        let script = """
            ip link set lo up
            '\(Site.program)' serve --config '\(path)' --workers 1 > '\(site.directory)/log' 2>&1 &
            server=$!
            trap 'kill $server 2>/dev/null || true' EXIT
            until grep -q serves '\(site.directory)/log'; do kill -0 $server; sleep 0.1; done
            tc qdisc add dev lo root \(Self.narrow)
            python3 '\(client)' 1053 9153 \(count)
            tc qdisc del dev lo root
            kill $server
            wait $server
            """
        let outcome = try site.run(Pod.unshare + ["sh", "-euc", script], seconds: 300)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let words = outcome.output.split(whereSeparator: \.isWhitespace)
        let numbers = words.drop { $0 != "RESULT" }.dropFirst().prefix(2).compactMap { Int($0) }
        try #require(numbers.count == 2, "\(outcome.output)\(outcome.errors)")
        #expect(numbers[0] + numbers[1] == count, "\(numbers)")
        #expect(sheds ? numbers[1] > 0 : numbers[1] == 0, "\(numbers)")
    }
}
