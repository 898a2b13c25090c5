import Glibc
import Testing

@Suite("martlet port-forward: local ports that lead to pods")
struct PortForwardTests {
    private static func manifest(_ port: UInt16) -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: web-0, labels: {app: web}}
        spec:
          containers: [{name: web, image: web, ports: [{name: http, containerPort: \(port)}]}]
        status:
          phase: Running
          podIPs: [{ip: 127.0.0.2}]
          conditions: [{type: Ready, status: "True"}]

        """
    }

    /// A server in place of the pod's, and a registry that knows it.
    private static func pod(_ site: Site) throws -> (server: Child, port: UInt16) {
        try site.write("index.html", "hello from the pod\n")
        let script = """
            import functools, http.server
            handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory='.')
            server = http.server.ThreadingHTTPServer(('127.0.0.2', 0), handler)
            print('port', server.server_port, flush=True)
            server.serve_forever()
            """
        let words = ["sh", "-c", "cd '\(site.directory)' && exec python3 -c \"$0\"", script]
        let server = try site.start(words)
        try server.waitForOutput { $0.hasSuffix("\n") }
        let number = server.text.split(separator: " ").last?.dropLast()
        let port = try #require(number.flatMap { UInt16($0) })
        try site.done("apply", "-f", "-", input: manifest(port))
        return (server, port)
    }

    /// The local port of the first line, once all lines of the beginning are there.
    private static func localPort(_ child: Child, to remote: UInt16) throws -> String {
        try child.waitForOutput { $0.contains(" -> \(remote)\n") }
        let line = try #require(child.text.split(separator: "\n").first)
        let match = try #require(
            line.wholeMatch(of: #/Forwarding from 127\.0\.0\.1:(\d+) -> \d+/#),
            "\(line)"
        )
        return String(match.1)
    }

    @Test(arguments: ["svc/web :80", "service/web :http", "pod/web-0 :http", "web-0 :http"])
    func `curl gets what the pod serves`(_ words: String) throws {
        let site = try Site()
        let pod = try Self.pod(site)
        let child = try site.startMartlet(
            ["port-forward"] + words.split(separator: " ").map(String.init)
        )
        let port = try Self.localPort(child, to: pod.port)
        let page = try site.run(["curl", "-sS", "http://127.0.0.1:\(port)/index.html"])
        #expect(page.output == "hello from the pod\n", "\(page.errors)")
        try child.waitForOutput { $0.contains("Handling connection for \(port)\n") }
        child.send(SIGINT)
        #expect(try child.wait() == .exited(0))
        #expect(child.errorText.isEmpty)
    }

    @Test func `a deleted pod ends it`() throws {
        let site = try Site()
        let pod = try Self.pod(site)
        let child = try site.startMartlet(["port-forward", "pod/web-0", ":\(pod.port)"])
        _ = try Self.localPort(child, to: pod.port)
        try site.done("delete", "pod", "web-0")
        #expect(try child.wait() == .exited(1))
        #expect(child.errorText == "error: lost connection to pod\n")
    }

    @Test func `the service's pods may be others a moment later`() throws {
        let site = try Site()
        let pod = try Self.pod(site)
        let child = try site.startMartlet([
            "port-forward", "svc/web", ":80", "--address", "127.0.0.1",
        ])
        let port = try Self.localPort(child, to: pod.port)
        try site.done("delete", "pod", "web-0")
        let address = "http://127.0.0.1:\(port)/index.html"
        let deadline = Instant.now + 60
        while try site.run(["curl", "-sS", address]).status == 0, Instant.now < deadline {}
        try child.waitForErrors {
            $0.contains("error: an error occurred forwarding \(port) -> \(pod.port): ")
        }
        #expect(child.errorText.contains("no pod of service/web is ready\n"))
        let other = Self.manifest(pod.port).replacing("web-0", with: "web-1")
        try site.done("apply", "-f", "-", input: other)
        var page = try site.run(["curl", "-sS", address])
        while page.status != 0, Instant.now < deadline {
            page = try site.run(["curl", "-sS", address])
        }
        #expect(page.output == "hello from the pod\n", "\(page.errors)")
        child.send(SIGTERM)
        #expect(try child.wait() == .exited(0))
    }

    @Test func `a port in use is said`() throws {
        let site = try Site()
        _ = try Self.pod(site)
        let server = try site.serve()
        let outcome = try site.martlet(
            "port-forward",
            "svc/web",
            "\(server.port):80",
            "--address=127.0.0.1"
        )
        #expect(outcome.status == 1)
        #expect(
            outcome.errors.hasPrefix(
                "Unable to listen on port \(server.port): 127.0.0.1:\(server.port):"
                    + " Address already in use\n"
            )
        )
        #expect(outcome.errors.contains("error: unable to listen on any of the requested ports: "))
        try server.stop()
    }

    @Test(arguments: [
        ("", 64, "error: TYPE/NAME and list of ports are required for port-forward\n"),
        ("svc/web", 64, "error: TYPE/NAME and list of ports are required for port-forward\n"),
        ("svc/web x:80", 64, "error: error parsing local port 'x'"),
        ("svc/web 0", 64, "error: remote port must be > 0\n"),
        ("svc/web 80 --address web", 64, "error: web is not a valid IP\n"),
        ("svc/web 80 --pod-running-timeout 1", 64, "error: --pod-running-timeout 1: write a time"),
        ("svc/none 80", 1, "Error from server (NotFound): services \"none\" not found\n"),
        ("none 80", 1, "Error from server (NotFound): pods \"none\" not found\n"),
        ("svc/web :81", 1, "error: Service web does not have a service port 81\n"),
        ("svc/web :x", 1, "error: Service 'web' does not have a named port 'x'\n"),
        ("pod/web-0 :x", 1, "error: Pod 'web-0' does not have a named port 'x'\n"),
        ("node/n 80", 1, "error: cannot attach to a Node"),
        ("mistake/web 80", 1, "error: the server doesn't have a resource type \"mistake\""),
    ])
    func `mistakes are said in kubectl's words`(
        _ words: String,
        _ status: Int32,
        _ message: String
    ) throws {
        let site = try Site()
        try site.done("apply", "-f", "-", input: Self.manifest(8080))
        let outcome = try site.run(
            [Site.program, "port-forward"] + words.split(separator: " ").map(String.init)
        )
        #expect(outcome.status == status)
        #expect(outcome.errors.hasPrefix(message), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }
}
