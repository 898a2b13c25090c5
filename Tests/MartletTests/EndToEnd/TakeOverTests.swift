import Glibc
import TestSupport
import Testing

@Suite("Upgrades: another process takes over under load", .timeLimit(.minutes(15)))
struct TakeOverTests {
    /// A server that can be taken over from, and clients that ask it without pause.
    private final class Scene {
        let site: Site
        let port: UInt16
        let load: QueryLoad
        private(set) var server: RunningServer
        private var rounds = 0

        init() throws {
            site = try Site()
            port = try FreePort.choose()
            // RFC 1035 §4.1.1: a number, no flags, one question of type A, class IN.
            var question: [UInt8] = [0x4d, 0x61, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
            for label in ["web", "shop", "svc", "cluster", "local"] {
                question += [UInt8(label.utf8.count)] + label.utf8
            }
            question += [0, 0, 1, 0, 1]
            try site.done("apply", "-f", Site.path("zones/demo"))
            try site.write("Corefile", Self.corefile(0))
            let child = try site.startMartlet(Self.words(site, port))
            server = try RunningServer(child, site: site)
            load = QueryLoad(port: port, question: question, datagramClients: 3, streamClients: 2)
            load.waitForMore(100)
        }

        /// The server's arguments.
        static func words(_ site: Site, _ port: UInt16) -> [String] {
            [
                "serve", "--config", "\(site.directory)/Corefile", "--listen", "127.0.0.1:\(port)",
                "--control", "\(site.directory)/control", "-pidfile", "\(site.directory)/pid",
            ]
        }

        /// A Corefile that serves the cluster, and a zone that tells one round from the other.
        static func corefile(_ round: Int) -> String {
            """
            cluster.local {
                \(round.isMultiple(of: 2) ? "" : "loadbalance")
                \(round.isMultiple(of: 3) ? "timeouts {\n idle 7s\n }" : "")
                kubernetes
            }
            round\(round).test {
                template IN A {
                    answer "{{ .Name }} 60 IN A 192.0.2.\(round)"
                }
            }
            """
        }

        /// Starts a successor with the same arguments.
        func startSuccessor() throws -> Child {
            try site.startMartlet(Self.words(site, port) + ["--take-over"])
        }

        /// Lets another process take over, and expects that the one before ends well.
        func takeOver() throws {
            let successor = try RunningServer(try startSuccessor(), site: site)
            #expect(try server.child.wait() == .exited(0), "\(server.child.errorText)")
            #expect(server.child.text.contains("Another process has taken over: ending\n"))
            server = successor
            load.waitForMore(100)
        }

        /// Changes the Corefile, and expects that the server serves it.
        func reload() throws {
            rounds += 1
            try site.write("Corefile", Self.corefile(rounds))
            let before = server.child.text.count
            server.child.send(SIGUSR1)
            try server.child.waitForOutput {
                $0.dropFirst(before).contains("Reloading complete\n")
            }
            try expectRound()
            load.waitForMore(100)
        }

        /// Expects that the Corefile of the last round is served, and nothing before it.
        func expectRound() throws {
            #expect(try server.short("a.round\(rounds).test") == ["192.0.2.\(rounds)"])
            #expect(try server.dig("a.round\(rounds + 1).test").contains("status: REFUSED"))
        }

        /// Ends the load, and expects that every question was answered.
        func expectNothingLost() {
            let result = load.end()
            #expect(result.losses == [])
            #expect(result.answered == result.asked && result.answered > 500)
        }

        deinit { _ = load.end() }
    }

    @Test func `no query is lost in take-overs and reloads, in turn`() throws {
        let scene = try Scene()
        for round in 1...3 {
            try scene.reload()
            try scene.takeOver()
            try scene.expectRound()
            // What is written after the take-over is answered by the one who took over.
            let address = "10.96.7.\(round)"
            let words = ["clusterip", "new\(round)", "--tcp=80", "--clusterip=\(address)"]
            let outcome = try scene.site.run([Site.program, "create", "service"] + words)
            #expect(outcome.status == 0, "\(outcome.errors)")
            try scene.server.expect("new\(round).default.svc.cluster.local", become: [address])
        }
        scene.expectNothingLost()
        try scene.server.stop()
    }

    @Test func `SIGUSR2 starts the program anew, over and over, and no query is lost`() throws {
        let scene = try Scene()
        let child = scene.server.child
        var process = child.pid
        for round in 1...3 {
            Glibc.kill(process, SIGUSR2)
            // Who takes over writes to where the first one did.
            try child.waitForOutput { text in
                text.split(separator: "\n").count { $0.contains(" serves ") } == round + 1
                    && text.split(separator: "\n").count { $0.hasSuffix("ending") } == round
            }
            let text = try scene.site.run(["cat", "\(scene.site.directory)/pid"]).output
            let next = try #require(pid_t(text.split(separator: "\n").joined()))
            #expect(next != process)
            process = next
            scene.load.waitForMore(100)
        }
        scene.expectNothingLost()
        Glibc.kill(process, SIGTERM)
        #expect(try child.wait() == .exited(0))
        #expect(child.errorText == "")
    }

    @Test(arguments: [
        ("cluster.local {\n    kubernets\n}\n", "Corefile:2: unknown directive"),
        ("cluster.local {\n    kubernetes\n", "Corefile"),
        ("tls://a.test:PORT {\n    tls none.pem none.key\n    whoami\n}\n", "none.pem"),
    ])
    func `a take-over that fails leaves the server as it was, which says why`(
        _ corefile: String,
        _ culprit: String
    ) throws {
        let scene = try Scene()
        let port = "\(try FreePort.choose())"
        let text = corefile.replacing("PORT", with: port)
        try scene.site.write("Corefile", text)
        let failed = try scene.startSuccessor()
        #expect(try failed.wait() == .exited(1))
        #expect(failed.errorText.contains(culprit), "\(failed.errorText)")
        try scene.server.child.waitForOutput {
            $0.contains("the process that was to take over has gone: this one goes on\n")
        }
        // The same by signal: what the new process says stands beside what the old one says.
        let child = scene.server.child
        child.send(SIGUSR2)
        try child.waitForOutput { text in
            text.split(separator: "\n").count { $0.hasSuffix("this one goes on") } == 2
        }
        try child.waitForErrors { $0.contains(culprit) }
        try scene.expectRound()
        scene.load.waitForMore(100)

        // Mended, both ways are open again.
        try scene.reload()
        try scene.takeOver()
        try scene.expectRound()
        scene.expectNothingLost()
        try scene.server.stop()
    }
}
