import Addresses
import Corefile
import DNSWire
import Plugins
import Testing

@Suite("log")
struct LogTests {
    private let cluster = "kubernetes cluster.local"

    /// The lines of a log, the duration replaced.
    private func lines(_ chain: ChainFixture) throws -> [String] {
        try chain.log().map { line in
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            let duration = words.last ?? ""
            #expect(duration.hasSuffix("s"))
            #expect(Double(duration.dropLast()) != nil)
            return words.dropLast().joined(separator: " ")
        }
    }

    @Test func `a line has the common format of CoreDNS`() throws {
        let chain = try ChainFixture("log\n\(cluster)", zones: ".")
        let name = "WEB.shop.svc.cluster.local"
        _ = try chain.ask(name)
        _ = try chain.ask(
            name,
            .txt,
            client: try #require(IPAddress("2001:db8::7")),
            transport: .tcp,
            flags: 0x0110,
            edns: EDNS(udpPayloadSize: 4_096, isDNSSECOK: true)
        )
        _ = try chain.ask("no.shop.svc.cluster.local")
        _ = try chain.ask("example.org", .mx)
        let found = try lines(chain)
        let web = "web.shop.svc.cluster.local."
        #expect(
            found[0] == "[INFO] 127.0.0.1:53535 - 4711 \"A IN \(web) udp 44 false 512\" "
                + "NOERROR qr,aa 60"
        )
        #expect(
            found[1].hasPrefix(
                "[INFO] [2001:db8::7]:53535 - 4711 \"TXT IN \(web) tcp 55 true 65535\" "
                    + "NOERROR qr,aa,rd,cd "
            ),
            "\(found[1])"
        )
        #expect(found[2].contains("NXDOMAIN qr,aa "), "\(found[2])")
        #expect(found[3].contains("\"MX IN example.org. udp 29 false 512\" REFUSED qr "))
        #expect(found.count == 4)
    }

    @Test(arguments: [
        ("", [0, 1, 2, 3]), ("class all", [0, 1, 2, 3]), ("class success", [0]),
        ("class denial", [1, 2]), ("class error", [3]), ("class success error", [0, 3]),
        ("class denial\n class error", [1, 2, 3]),
    ])
    func `classes choose the replies`(_ option: String, _ expected: [Int]) throws {
        let chain = try ChainFixture("log . {\n \(option)\n}\n\(cluster)", zones: ".")
        let questions: [(String, RecordType)] = [
            ("web.shop.svc.cluster.local", .a), ("web.shop.svc.cluster.local", .txt),
            ("no.shop.svc.cluster.local", .a), ("example.org", .a),
        ]
        for (name, type) in questions { _ = try chain.ask(name, type) }
        let found = try lines(chain)
        #expect(found.count == expected.count)
        for (line, index) in zip(found, expected) {
            let (name, type) = questions[index]
            #expect(line.contains("\"\(type) IN \(name). "))
        }
    }

    @Test func `the first rule whose zone holds the name decides`() throws {
        let directives = "log shop.svc.cluster.local {\n class error\n}\nlog cluster.local\n"
        let chain = try ChainFixture(directives + cluster, zones: ".")
        _ = try chain.ask("web.shop.svc.cluster.local")
        _ = try chain.ask("web.hidden.svc.cluster.local")
        _ = try chain.ask("example.org")
        let found = try lines(chain)
        #expect(found.count == 1)
        #expect(found.first?.contains("web.hidden.svc") == true)
    }

    @Test func `octets of a name can't break a line`() throws {
        let chain = try ChainFixture("log\nwhoami", zones: ".")
        _ = try chain.ask("a\\010b\\\"c\\032d\\255.test")
        let found = try lines(chain)
        #expect(found.count == 1)
        #expect(found[0].contains("\"A IN a\\010b\\\"c\\032d\\255.test. udp "), "\(found[0])")
    }
}
