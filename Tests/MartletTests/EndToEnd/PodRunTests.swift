import Foundation
import TestSupport
import Testing

/// Counted as skipped, with the reason, where namespaces can't be made.
@Suite(
    "Pods that run",
    .enabled(
        if: NodeHost.obstacle == nil,
        "SKIPPED, NO POD WAS RUN: namespaces can't be made here: \(NodeHost.obstacle ?? "")"
    )
)
struct PodRunTests {
    /// A host with a node that is up.
    private static func host() throws -> NodeHost {
        let host = try NodeHost(Site())
        try host.done("node", "up", "--node-name", "n1")
        return host
    }

    @Test func `a program in a pod sees what a container in Kubernetes sees`() throws {
        let host = try Self.host()
        try host.done("create", "namespace", "shop")
        try host.done("create", "service", "clusterip", "db", "--tcp=5432", "-n", "shop")
        let address = try host.typed("get svc db -n shop -o jsonpath={.spec.clusterIP}")
        let show = """
            hostname; cat /etc/resolv.conf /etc/hostname; grep web /etc/hosts
            echo "$DB_SERVICE_HOST $DB_PORT_5432_TCP_PORT $EXTRA $HOSTNAME"; pwd
            ip -o -4 address show eth0 | tr -s ' ' | cut -d ' ' -f 4
            ip route | sed 's/ *$//'; cat /proc/$$/comm; test -e /proc/self/fd/9 || exit 42
            """
        let flags = "-n shop --hostname web-0 --subdomain web --env EXTRA=a=b --workdir /usr"
        let words = "pod run web \(flags) --".split(separator: " ").map(String.init)
        let outcome = try host.run([Site.program] + words + ["sh", "-c", show])
        #expect(outcome.errors == "")
        #expect(outcome.status == 42)
        #expect(
            outcome.output
                == """
                web-0
                search shop.svc.cluster.local svc.cluster.local cluster.local
                nameserver 10.96.0.10
                nameserver fd00:10:96::a
                options ndots:5
                web-0
                10.244.0.2\tweb-0.web.shop.svc.cluster.local\tweb-0
                fd00:10:244::2\tweb-0.web.shop.svc.cluster.local\tweb-0
                \(address) 5432 a=b web-0
                /usr
                10.244.0.2/32
                default via 10.244.0.1 dev eth0 proto static
                10.244.0.1 dev eth0 proto static scope link
                sh

                """.replacing(
                    "search shop.svc.cluster.local svc.cluster.local cluster.local",
                    with: outcome.output.split(separator: "\n").first { $0.hasPrefix("search ") }
                        ?? ""
                )
        )
        #expect(outcome.output.contains("\nsearch shop.svc.cluster.local svc.cluster.local "))
        // Nothing is left of it.
        #expect(try host.links() == ["martlet0"])
        #expect(try host.registered() == [])
        #expect(try host.shell("ls '\(host.state)/pods'").output == "")
    }

    @Test(
        arguments: [
            (["/nonexistent"], 127, "there is no program \"/nonexistent\""),
            (["nonexistent-program"], 127, "in no directory of PATH"),
            (["/etc/hosts"], 126, "Permission denied"), (["/"], 126, "Permission denied"),
            (["sh", "-c", "exit 3"], 3, ""), (["sh", "-c", "kill -9 $$"], 137, ""),
            (["sh", "-c", "kill $$; sleep 100"], 143, ""), (["true"], 0, ""),
        ] as [([String], Int32, String)]
    )
    func `the status is the program's, or the shell's for one that can't run`(
        _ words: [String],
        _ status: Int32,
        _ message: String
    ) throws {
        let host = try Self.host()
        let outcome = try host.run([Site.program, "pod", "run", "a", "--"] + words)
        #expect(outcome.status == status, "\(outcome.errors)")
        guard !message.isEmpty else {
            #expect(outcome.errors == "")
            return
        }
        #expect(outcome.errors.contains(message))
        // The same from the background: who starts it is told.
        let detached = try host.run([Site.program, "pod", "run", "--detach", "b", "--"] + words)
        #expect(detached.status == status)
        #expect(detached.errors == outcome.errors)
        #expect(try host.registered() == [])
    }

    @Test func `pods reach each other, and DNS, in both families`() throws {
        let host = try Self.host()
        let server = try host.start([
            Site.program, "serve", "--listen", "10.96.0.10:53", "--listen", "[fd00:10:96::a]:53",
        ])
        try server.waitForOutput { $0.contains(" serves ") }
        let path = try host.site.write("web.py", Self.webServer)
        try host.done("create", "service", "clusterip", "web", "--clusterip=None", "--tcp=8080")
        try host.typed("pod run -d web -l app=web --probe tcp:8080 -- python3", path)
        try eventually("the pod is ready") {
            try host.done("get", "pods", "-o", "jsonpath={.items[0].status.conditions[0].status}")
                == "True"
        }
        for script in [
            "test $(getent ahostsv4 web | head -n 1 | cut -d ' ' -f 1) = 10.244.0.2",
            "curl -sf http://10.244.0.2:8080/", "curl -sfg http://[fd00:10:244::2]:8080/",
            "curl -sf http://web:8080/", "dig +short @fd00:10:96::a web.default.svc.cluster.local",
        ] {
            let outcome = try host.martlet("pod", "run", "client", "--", "sh", "-c", script)
            #expect(outcome.status == 0, "\(script): \(outcome.errors)")
        }
        let whoami = "import urllib.request as u; print(u.urlopen('http://web:8080/').read())"
        let seen = try host.done("pod", "run", "client", "--", "python3", "-c", whoami)
        // The server sees the client's own address, not the bridge's.
        #expect(seen.contains("10.244.0."), "\(seen)")
        #expect(!seen.contains("10.244.0.1'"), "\(seen)")
        // What was started is nsenter; the server is its child.
        _ = try host.shell("pkill -TERM -f 'serve --listen 10[.]96'")
        _ = try server.wait()
    }

    /// A server on both families that answers with its client's address.
    private static let webServer = """
        import http.server, socket
        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                text = self.client_address[0].encode()
                self.send_response(200)
                self.send_header('Content-Length', str(len(text)))
                self.end_headers()
                self.wfile.write(text)
        class Server(http.server.ThreadingHTTPServer):
            address_family = socket.AF_INET6
        Server(('::', 8080), Answer).serve_forever()
        """

    /// The endpoints of the service `web`, as `ADDRESS ready` each.
    private static func endpoints(_ host: NodeHost) throws -> [String] {
        let path = "{range .items[*].endpoints[*]}{.addresses[0]} {.conditions.ready}\n{end}"
        let label = "kubernetes.io/service-name=web"
        return try host.lines("get", "endpointslices", "-l", label, "-o", "jsonpath=\(path)")
    }

    @Test func `a probe decides whether services have the pod, and one that hangs says no`() throws
    {
        let host = try Self.host()
        let (ready, hang) = ("\(host.site.directory)/ready", "\(host.site.directory)/hang")
        try host.done("create", "service", "clusterip", "web", "--tcp=80")
        let flags = "--probe-period 0.05 --probe-timeout 2 --probe-failure-threshold 1"
        let script = "test -e '\(ready)' && { test ! -e '\(hang)' || sleep 100000; }"
        try host.typed("pod run -d web -l app=web \(flags) --probe", "exec:\(script)")
        #expect(try Self.endpoints(host) == ["10.244.0.2 false"])
        try eventually("one sees why") {
            try host.typed("describe pod web").contains("it ended with status 1")
        }
        #expect(try host.done("pod", "list").contains("web    no      Running"))
        _ = try host.run(["touch", ready])
        try eventually("ready") { try Self.endpoints(host) == ["10.244.0.2 true"] }
        _ = try host.run(["touch", hang])
        try eventually("not ready") { try Self.endpoints(host) == ["10.244.0.2 false"] }
        try eventually("one sees why") {
            try host.typed("describe pod web").contains("did not end within 2.0 s")
        }
        _ = try host.run(["rm", hang])
        try eventually("ready again") { try Self.endpoints(host) == ["10.244.0.2 true"] }
        _ = try host.run(["rm", ready])
        try eventually("not ready again") { try Self.endpoints(host) == ["10.244.0.2 false"] }
        try host.done("pod", "stop", "web")
        #expect(try Self.endpoints(host) == [])
        // What hung was killed with all that it had started.
        try host.waitUntilNothingRuns("sleep 100000")
    }

    @Test func `a pod ends though what led a probe or a visit into it was killed`() throws {
        let host = try Self.host()
        let hanging = "--probe-period 0.05 --probe-timeout 300 --probe"
        try host.typed("pod run -d web \(hanging)", "exec:exec sleep 200000")
        let visit = try host.start([Site.program, "pod", "exec", "web", "--", "sleep", "300000"])
        for command in ["sleep 200000", "sleep 300000"] {
            try eventually("it runs") { try host.run(["pgrep", "-fx", command]).status == 0 }
        }
        // The parent of a program that visits is outside the pod; the host's init takes nobody in.
        let kill = "kill -9 $(ps -o ppid= -p $(pgrep -fx 'sleep 200000'))"
        #expect(try host.shell(kill).status == 0)
        _ = try host.shell("pkill -9 -o -f '[p]od exec web -- sleep 300000'")
        _ = try visit.wait()
        try host.done("pod", "stop", "web")
        #expect(try host.registered() == [])
        #expect(try host.links() == ["martlet0"])
    }

    @Test func `services leave a pod out before it is told to end`() throws {
        let host = try Self.host()
        try host.done("create", "service", "clusterip", "web", "--tcp=80")
        let path = "\(host.site.directory)/seen"
        let fields = ["ready", "serving", "terminating"].map {
            "{.items[0].endpoints[0].conditions.\($0)} "
        }.joined()
        let script = """
            trap '"\(Site.program)" get eps -l kubernetes.io/service-name=web \
                --registry "\(host.site.registry)" -o jsonpath="\(fields)" > "\(path)"
                exit 0' TERM
            while :; do sleep 0.05; done
            """
        try host.done("pod", "run", "-d", "web", "-l", "app=web", "--", "sh", "-c", script)
        #expect(try Self.endpoints(host) == ["10.244.0.2 true"])
        try host.done("pod", "stop", "web")
        let seen = try String(contentsOfFile: path, encoding: .utf8)
        #expect(seen == "false true true ")
        #expect(try host.registered() == [])
    }

    @Test func `a program that won't end is killed after its grace period`() throws {
        let host = try Self.host()
        try host.done("pod", "run", "-d", "web", "--", "sh", "-c", "trap '' TERM; sleep 100000")
        try host.done("pod", "stop", "web", "--grace-period", "1")
        #expect(try host.links() == ["martlet0"])
        try host.waitUntilNothingRuns("sleep 100000")
    }

    @Test func `exec, logs and list know the pod`() throws {
        let host = try Self.host()
        let script = "echo hello; echo oops >&2; exec sleep 100000"
        try host.done("pod", "run", "-d", "web", "-e", "A=b", "--", "sh", "-c", script)
        let inside = try host.martlet(
            "pod",
            "exec",
            "web",
            "--",
            "sh",
            "-c",
            "hostname; echo $A; ps -e -o comm=; exit 5"
        )
        #expect(inside.status == 5)
        let lines = inside.output.split(separator: "\n")
        #expect(lines.prefix(2) == ["web", "b"])
        // The pod's processes, and no others.
        #expect(Set(lines.dropFirst(2)) == ["martlet-pod", "sleep", "sh", "ps"])
        try eventually("the output is there") {
            try host.done("pod", "logs", "web") == "hello\noops\n"
        }
        #expect(try host.martlet("pod", "exec", "web", "--", "nonexistent").status == 127)
        let list = try host.done("pod", "list", "-o", "json")
        #expect(list.contains("\"state\": \"Running\"") && list.contains("\"ready\": true"))
        let again = try host.martlet("pod", "run", "web")
        #expect(again.errors.contains("runs already"), "\(again.errors)")
        let follower = try host.start([Site.program, "pod", "logs", "-f", "web"])
        try follower.waitForOutput { $0.contains("oops") }
        try host.done("pod", "stop", "web")
        #expect(try follower.wait() == .exited(0))
        for words in [["exec", "web", "--", "true"], ["logs", "web"], ["stop", "web"]] {
            let outcome = try host.run([Site.program, "pod"] + words)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("pod \"web\""), "\(outcome.errors)")
        }
    }

    @Test func `a pod in the background that ends by itself can be looked at`() throws {
        let host = try Self.host()
        try host.done("pod", "run", "-d", "web", "--", "sh", "-c", "echo why; exit 4")
        try eventually("it has ended") {
            try host.done("get", "pod", "web", "-o", "jsonpath={.status.phase}") == "Failed"
        }
        try eventually("its record says so") {
            try host.done("pod", "list").contains("Error(4)")
        }
        #expect(try host.done("pod", "logs", "web") == "why\n")
        try eventually("its link is gone") { try host.links() == ["martlet0"] }
        // A pod of another name leaves it; one of the same name takes its place.
        try host.done("pod", "run", "other", "--", "true")
        #expect(try host.done("pod", "logs", "web") == "why\n")
        try host.done("pod", "run", "-d", "web")
        #expect(try host.done("pod", "list").contains("Running"))
        try host.done("pod", "stop", "--all")
        #expect(try host.done("pod", "list") == "")
    }

    @Test func `a pod that is deleted from the registry ends`() throws {
        let host = try Self.host()
        try host.done("pod", "run", "-d", "web", "--", "sleep", "100000")
        try host.done("delete", "pod", "web")
        try eventually("its link is gone") { try host.links() == ["martlet0"] }
        try eventually("its state is gone") {
            try host.shell("ls '\(host.state)/pods'").output == ""
        }
    }
}
