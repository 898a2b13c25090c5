import Foundation
import Glibc
import TestSupport
import Testing

/// Knot DNS is the primary: it makes one catalog by itself, and serves another one from a file.
@Suite("RFC 9432: catalogs of Knot DNS")
struct CatalogZoneTests {
    /// What Knot DNS serves at one time.
    private struct Primary {
        var serial = 1
        /// Members of the catalog that it makes, and the address of `www` in each.
        var members: [String: String] = [:]
        /// Other zones, and the address of `www` in each.
        var others: [String: String] = [:]
        /// What the other catalog says.
        var catalog = "version TXT 2\n"

        func write(to site: Site, port: UInt16, notifying other: UInt16) throws {
            let start = "$TTL 60\n@ SOA ns h \(serial) 3600 3600 36000 60\n@ NS invalid.\n"
            var zones = "  - domain: made.test\n    catalog-role: generate\n"
            zones += "  - domain: hand.test\n"
            try site.write("hand.test.zone", start + catalog)
            for (zone, address) in members.merging(others, uniquingKeysWith: { $1 }) {
                try site.write("\(zone).zone", start + "www A \(address)\n")
                zones += "  - domain: \(zone)\n"
                guard members[zone] != nil else { continue }
                zones += "    catalog-role: member\n    catalog-zone: made.test\n"
            }
            let text = """
                server:
                    rundir: \(site.directory)
                    listen: 127.0.0.1@\(port)
                    tcp-workers: 1
                    udp-workers: 1
                    background-workers: 1
                log:
                  - target: stdout
                    any: info
                database:
                    storage: \(site.directory)
                remote:
                  - id: martlet
                    address: 127.0.0.1@\(other)
                acl:
                  - id: all
                    address: 127.0.0.0/8
                    action: transfer
                template:
                  - id: default
                    storage: \(site.directory)
                    acl: all
                    notify: martlet
                zone:
                \(zones)
                """
            try site.write("knot.conf", text)
        }
    }

    private static let corefile = """
        .:%PORT% {
            bind 127.0.0.1
            transfer {
                to *
            }
            secondary made.test hand.test {
                transfer from 127.0.0.1:%PRIMARY%
                catalog test
            }
        }

        """

    @Test func `zones appear, change and vanish as the catalogs of Knot DNS say`() throws {
        let site = try Site()
        let (port, own) = (try FreePort.choose(), try FreePort.choose())
        var zones = Primary(members: ["a.test": "192.0.2.1", "b.test": "192.0.2.2"])
        zones.others = ["d.test": "192.0.2.4", "e.example": "192.0.2.5"]
        zones.catalog += "1.zones PTR d.test.\n2.zones PTR e.example.\n"
        try zones.write(to: site, port: port, notifying: own)
        let knot = try site.start(["knotd", "-c", "\(site.directory)/knot.conf"])
        try knot.waitForOutput { $0.contains("server started") }

        let corefile = Self.corefile.replacing("%PORT%", with: "\(own)")
            .replacing("%PRIMARY%", with: "\(port)")
        let path = try site.write("Corefile", corefile)
        let martlet = try site.startMartlet(["serve", "--config", path])
        let server = try RunningServer(martlet, site: site)
        try server.expect("www.a.test", become: ["192.0.2.1"])
        try server.expect("www.b.test", become: ["192.0.2.2"])
        try server.expect("www.d.test", become: ["192.0.2.4"])
        // The directive admits nothing but what is in `test`.
        #expect(try server.dig("www.e.example").contains("status: REFUSED"))

        func change(_ body: (inout Primary) -> Void) throws {
            zones.serial += 1
            body(&zones)
            try zones.write(to: site, port: port, notifying: own)
            knot.send(SIGHUP)
        }
        // One goes, one comes, one changes: Knot DNS tells of the catalog and of the zone.
        try change { $0.members = ["b.test": "192.0.2.22", "c.test": "192.0.2.3"] }
        try server.expect("www.c.test", become: ["192.0.2.3"])
        try server.expect("www.b.test", become: ["192.0.2.22"])
        #expect(try server.dig("www.a.test").contains("status: REFUSED"))
        #expect(try server.dig("c.test", "AXFR").contains("192.0.2.3"))

        // The other catalog names a zone of the first one, and gives another label to its own.
        let hand = "version TXT 2\n9.zones PTR d.test.\n3.zones PTR b.test.\n"
        try change { $0.catalog = hand }
        try martlet.waitForOutput { text in
            text.contains("Reset catalog member zone d.test. from hand.test.")
                && text.contains("Skipping catalog member zone b.test. from hand.test.")
        }
        try server.expect("www.d.test", become: ["192.0.2.4"])

        // A broken one changes nothing: what it said before holds, and so b.test is its own when
        // the first catalog names it no more.
        try change { zones in
            zones.catalog = hand + "version TXT 3\n"
            zones.members["b.test"] = nil
        }
        try martlet.waitForOutput { text in
            text.contains("it is no catalog zone (RFC 9432)")
                && text.contains("Added catalog member zone b.test. from catalog hand.test.")
        }
        try server.expect("www.d.test", become: ["192.0.2.4"])
        try change { $0.others["b.test"] = "192.0.2.23" }
        try server.expect("www.b.test", become: ["192.0.2.23"])
        try server.stop()
    }
}
