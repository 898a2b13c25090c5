import Addresses
import DNSWire
import TestSupport
import Testing

@testable import Plugins

/// A question to a hosts file, and what comes back.
struct HostsCase: Sendable, CustomTestStringConvertible {
    var name: String
    var type: RecordType
    var answers: [String]

    init(_ name: String, _ type: RecordType, _ answers: [String]) {
        self.name = name
        self.type = type
        self.answers = answers
    }

    var testDescription: String { "\(name) \(type)" }
}

@Suite("hosts (hosts(5))")
struct HostsTests {
    private static let text = """
        # the machines
        192.0.2.1   a.example.test  A2.example.test. # an alias
        192.0.2.2\ta.example.test
        2001:db8::1%eth0 a.example.test
        ::ffff:192.0.2.9 mapped.example.test
        192.0.2.7 *.wild.example.test
        192.0.2.8 own.wild.example.test
        192.0.2.99 elsewhere.example.org
        999.0.2.1 broken.example.test
        192.0.2.50
        """

    static let cases = [
        HostsCase(
            "a.example.test",
            .a,
            [
                "a.example.test. 3600 IN A 192.0.2.1", "a.example.test. 3600 IN A 192.0.2.2",
            ]
        ),
        HostsCase("a.example.test", .aaaa, ["a.example.test. 3600 IN AAAA 2001:db8::1"]),
        HostsCase("A2.Example.Test", .a, ["A2.Example.Test. 3600 IN A 192.0.2.1"]),
        HostsCase("a2.example.test", .aaaa, []),
        HostsCase("a.example.test", .txt, []),
        HostsCase("mapped.example.test", .a, ["mapped.example.test. 3600 IN A 192.0.2.9"]),
        HostsCase("x.wild.example.test", .a, ["x.wild.example.test. 3600 IN A 192.0.2.7"]),
        HostsCase("own.wild.example.test", .a, ["own.wild.example.test. 3600 IN A 192.0.2.8"]),
        HostsCase("x.wild.example.test", .mx, []),
        HostsCase(
            "1.2.0.192.in-addr.arpa",
            .ptr,
            [
                "1.2.0.192.in-addr.arpa. 3600 IN PTR a.example.test.",
                "1.2.0.192.in-addr.arpa. 3600 IN PTR a2.example.test.",
            ]
        ),
        HostsCase(
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
            .ptr,
            [
                "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. 3600 "
                    + "IN PTR a.example.test."
            ]
        ),
    ]

    @Test("a question to a hosts file", arguments: cases)
    func answer(_ test: HostsCase) throws {
        let file = try TemporaryFile(Self.text)
        let reply = try ChainFixture("hosts \(file.path)").ask(test.name, test.type)
        #expect(reply.disposition == .written)
        #expect(reply.code == .noError)
        #expect(reply.answers == test.answers)
        #expect(reply.message.header.isAuthoritative)
        #expect(reply.authorities.isEmpty)
    }

    @Test(arguments: [
        "no.example.test", "x.y.wild.example.test", "wild.example.test", "broken.example.test",
    ])
    func `a name that is not in the file fails, as nothing can deny it`(_ name: String) throws {
        let file = try TemporaryFile(Self.text)
        #expect(try ChainFixture("hosts \(file.path)").ask(name).disposition == .serverFailure)
    }

    @Test(arguments: ["9.9.9.9.in-addr.arpa", "7.2.0.192.in-addr.arpa", "www.example.test"])
    func `pointers that are not known are passed on`(_ name: String) throws {
        let file = try TemporaryFile(Self.text)
        let chain = try ChainFixture("hosts \(file.path)\nwhoami", zones: ".")
        #expect(try chain.ask(name, .ptr).additionals.count == 2)
    }

    @Test func `names outside of the zones are passed on`() throws {
        let file = try TemporaryFile(Self.text)
        let chain = try ChainFixture("hosts \(file.path) example.test\nwhoami", zones: ".")
        #expect(try chain.ask("elsewhere.example.org").additionals.count == 2)
        #expect(try chain.ask("99.2.0.192.in-addr.arpa", .ptr).additionals.count == 2)
    }

    @Test func `unknown names are passed on where fallthrough says so`() throws {
        let file = try TemporaryFile(Self.text)
        let block = "hosts \(file.path) {\n fallthrough b.example.test\n}\nwhoami"
        let chain = try ChainFixture(block)
        #expect(try chain.ask("c.example.test").disposition == .serverFailure)
        #expect(try chain.ask("c.b.example.test").additionals.count == 2)
        #expect(try chain.ask("a.example.test", .txt).additionals.isEmpty)
    }

    @Test func `other types of known names are passed on where that is asked for`() throws {
        let file = try TemporaryFile(Self.text)
        let block = "hosts \(file.path) {\n fallthrough\n fallthrough_unsupported\n}\nwhoami"
        let chain = try ChainFixture(block)
        #expect(try chain.ask("a.example.test", .txt).additionals.count == 2)
        #expect(try chain.ask("a2.example.test", .aaaa).additionals.isEmpty)
    }

    @Test func `entries of the block follow those of the file`() throws {
        let file = try TemporaryFile(Self.text)
        let block = """
            hosts \(file.path) {
                192.0.2.3 a.example.test new.example.test
                ttl 60
                no_reverse
            }
            """
        let chain = try ChainFixture(block)
        #expect(
            try chain.ask("a.example.test").answers == [
                "a.example.test. 60 IN A 192.0.2.1", "a.example.test. 60 IN A 192.0.2.2",
                "a.example.test. 60 IN A 192.0.2.3",
            ]
        )
        #expect(try chain.ask("new.example.test").answers.count == 1)
        #expect(try chain.ask("3.2.0.192.in-addr.arpa", .ptr).disposition == .refused)
    }

    @Test func `a file that changes is read again, and one that is gone stays known`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("hosts", "192.0.2.1 a.example.test")
        let chain = try ChainFixture("hosts \(path)")
        let plugin = try #require(chain.chain.plugins.first as? HostsPlugin)
        #expect(try chain.ask("a.example.test").answers.count == 1)
        try directory.write("hosts", "192.0.2.1 a.example.test\n192.0.2.2 a.example.test")
        plugin.refresh()
        #expect(try chain.ask("a.example.test").answers.count == 2)
        directory.remove("hosts")
        plugin.refresh()
        #expect(try chain.ask("a.example.test").answers.count == 2)
        // Each address and each name of an address.
        #expect(chain.metrics.contains("coredns_hosts_entries{hostsfile=\"\(path)\"} 4"))
    }

    @Test func `a file that is missing is a warning`() throws {
        let chain = try ChainFixture("hosts /nowhere/hosts {\n 192.0.2.1 a.example.test\n}")
        let warning = "Corefile:2: hosts: file does not exist: /nowhere/hosts"
        #expect(chain.context.warnings == [warning])
        #expect(try chain.ask("a.example.test").answers.count == 1)
    }

    @Test func `an answer that does not fit is truncated`() throws {
        let lines = (0..<200).map { "192.0.2.\($0) many.example.test" }
        let file = try TemporaryFile(lines.joined(separator: "\n"))
        let reply = try ChainFixture("hosts \(file.path)").ask("many.example.test", limit: 512)
        #expect(reply.message.header.isTruncated)
        #expect((1..<200).contains(reply.answers.count))
    }

    @Test(arguments: [
        ("ttl 0", "hosts: ttl: '0' is out of range: write 1 to 65535"),
        (
            "reload -1s", "hosts: reload: '-1s' is out of range: write at least 0s"
        ),
        ("fallthrough_unsupported", "hosts: fallthrough_unsupported requires fallthrough"),
    ])
    func `mistakes are told`(_ option: String, _ message: String) throws {
        let error = #expect(throws: (any Error).self) {
            try ChainFixture("hosts /etc/hosts {\n \(option)\n}")
        }
        #expect("\(try #require(error))".contains(message))
    }

    @Test func `behind fallthrough there are no entries`() throws {
        #expect(throws: (any Error).self) {
            try ChainFixture("hosts {\n fallthrough\n 192.0.2.1 a.example.test\n}")
        }
    }

    @Test func `any octets make a table that finds what a dictionary finds`() {
        var random = SeededGenerator(seed: 20_261_123)
        for _ in 0..<300 {
            let labels = (0..<6).map { _ in
                ["a", "b", "*", "cc", "dddddddddd"].randomElement(using: &random) ?? ""
            }
            var lines: [String] = []
            for _ in 0..<Int.random(in: 0..<12, using: &random) {
                let name = "\(labels.randomElement(using: &random) ?? "").example.test"
                lines.append("192.0.2.\(UInt8.random(in: 0...9, using: &random)) \(name)")
            }
            if Bool.random(using: &random) {
                lines.append(
                    String(
                        decoding: (0..<30).map { _ in UInt8.random(in: 0...255, using: &random) },
                        as: UTF8.self
                    )
                )
            }
            var entries = HostsEntries(zones: [.root], hasReverse: true)
            entries.read(Array(lines.joined(separator: "\n").utf8))
            let table = HostsTable(entries)
            for (name, row) in entries.rows {
                let padded = name + [UInt8](repeating: 0, count: 8)
                let found = unsafe padded.withUnsafeBytes { octets in
                    unsafe octets.baseAddress.flatMap { unsafe table.find($0, count: name.count) }
                        .map { unsafe Array($0.ipv4) }
                }
                #expect(found == row.ipv4)
            }
        }
    }
}
