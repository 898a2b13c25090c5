import Glibc
import Testing

@Suite("Signals: end, and read the configuration again")
struct SignalTests {
    private static func corefile(_ zone: String) -> String {
        """
        \(zone) {
            file \(zone).zone
        }
        """
    }

    private static func zone(_ address: String) -> String {
        """
        $TTL 60
        @ IN SOA ns hostmaster 1 7200 1800 86400 30
        @ IN NS ns
        ns IN A \(address)
        """
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a server that is told to end answers first and ends well`(_ signal: Int32) throws {
        let site = try Site()
        try site.done("apply", "-f", Site.path("zones/demo"))
        let server = try site.serve()
        let asker = try AddressAsker(port: server.port, name: "web.shop.svc.cluster.local")
        #expect(try asker.address() == "10.96.0.21")
        server.child.send(signal)
        #expect(try server.child.wait() == .exited(0))
        #expect(server.child.text.contains(": Shutting down servers then terminating\n"))
        #expect(server.child.errorText.isEmpty)
        // The port is free again, for the next server.
        let next = try RunningServer(
            try site.startMartlet(["serve", "--listen", "127.0.0.1:\(server.port)"]),
            site: site
        )
        #expect(try next.short("web.shop.svc.cluster.local") == ["10.96.0.21"])
        try next.stop()
    }

    @Test func `SIGHUP serves what the Corefile says now`() throws {
        let site = try Site()
        try site.write("a.example.zone", Self.zone("192.0.2.1"))
        try site.write("b.example.zone", Self.zone("192.0.2.2"))
        let path = try site.write("Corefile", Self.corefile("a.example"))
        let server = try site.serve("--config", path)
        #expect(try server.short("ns.a.example") == ["192.0.2.1"])
        #expect(try server.dig("ns.b.example").contains("status: REFUSED"))

        try site.write("Corefile", Self.corefile("b.example"))
        server.child.send(SIGHUP)
        try server.child.waitForOutput { $0.contains("Reloading complete\n") }
        try server.expect("ns.b.example", become: ["192.0.2.2"])
        #expect(try server.dig("ns.a.example").contains("status: REFUSED"))
        try server.stop()
    }

    @Test(arguments: [
        ("a.example {\n    flie a.example.zone\n}\n", "unknown directive \"flie\""),
        ("a.example {\n    file none.zone {\n        reload 0\n    }\n}\n", "none.zone"),
        ("a.example {\n", "Corefile"),
    ])
    func `a Corefile with a mistake changes nothing`(_ text: String, _ named: String) throws {
        let site = try Site()
        try site.write("a.example.zone", Self.zone("192.0.2.1"))
        let path = try site.write("Corefile", Self.corefile("a.example"))
        let server = try site.serve("--config", path)
        try site.write("Corefile", text)
        server.child.send(SIGHUP)
        try server.child.waitForOutput {
            $0.contains("the configuration stays as it is: ") && $0.hasSuffix("\n")
        }
        let line = server.child.text.split(separator: "\n").last ?? ""
        #expect(line.contains(named), "\(line)")
        #expect(try server.short("ns.a.example") == ["192.0.2.1"])

        // And mended, it is served.
        try site.write("Corefile", Self.corefile("a.example"))
        server.child.send(SIGHUP)
        try server.child.waitForOutput { $0.contains("Reloading complete\n") }
        #expect(try server.short("ns.a.example") == ["192.0.2.1"])
        try server.stop()
    }
}
