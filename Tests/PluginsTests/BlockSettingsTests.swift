import Addresses
import DNSWire
import Plugins
import Testing

@Suite("Directives that only configure")
struct BlockSettingsTests {
    private func settings(_ directives: String) throws -> BlockSettings {
        let fixture = try ChainFixture(directives)
        #expect(fixture.chain.plugins.isEmpty)
        return fixture.context.settings
    }

    @Test func `debug and shed are switches`() throws {
        #expect(try settings("debug").isDebugging)
        #expect(try settings("shed").shedsLoad)
        #expect(try !settings("").isDebugging)
        #expect(try !settings("").shedsLoad)
        expectMistake("debug on", "Corefile:2: unexpected 'on' after 'debug': delete it")
        expectMistake("shed 5", "Corefile:2: unexpected '5' after 'shed': delete it")
    }

    @Test func `multisocket counts sockets`() throws {
        #expect(try settings("multisocket 7").socketCount == 7)
        #expect(try settings("multisocket").socketCount ?? 0 >= 1)
        #expect(try settings("").socketCount == nil)
        for count in ["0", "1025", "-1"] {
            expectMistake(
                "multisocket \(count)",
                "Corefile:2: multisocket: '\(count)' is out of range: write 1 to 1024"
            )
        }
        expectMistake("multisocket 1 2", "Corefile:2: unexpected '2' after '1': delete it")
    }

    @Test func `pprof is accepted with a warning`() throws {
        for line in ["pprof", "pprof :6053", "pprof localhost:6053 {\n block\n}"] {
            let warnings = try ChainFixture(line).context.warnings
            #expect(warnings == ["Corefile:2: pprof: has no effect here; use perf to profile"])
        }
        expectMistake(
            "pprof nowhere",
            "Corefile:2: pprof: 'nowhere' is not HOST:PORT: write one such as :6053"
        )
    }

    @Test func `timeouts bound connections`() throws {
        let found = try settings(
            "timeouts {\n read 10s\n write 5\n idle 1m30s\n maxtcpqueries 8\n}"
        ).timeouts
        #expect(found.read == .seconds(10))
        #expect(found.write == .seconds(5))
        #expect(found.idle == .seconds(90))
        #expect(found.queryCountMax == 8)
        #expect(try settings("timeouts {\n maxtcpqueries -1\n}").timeouts.queryCountMax == nil)
        #expect(try settings("timeouts {\n maxtcpqueries 0\n}").timeouts.queryCountMax == 128)
        #expect(try settings("timeouts {\n idle 24h\n}").timeouts.idle == .seconds(86_400))
    }

    @Test(arguments: [
        (
            "timeouts",
            "Corefile:2: timeouts: timeouts block with no timeouts specified: write one of read, "
                + "write, idle, maxtcpqueries"
        ),
        (
            "timeouts {\n read 999ms\n}",
            "Corefile:3: timeouts: read: '999ms' is out of range: write 1s to 24h0m0s"
        ),
        (
            "timeouts {\n read 25h\n}",
            "Corefile:3: timeouts: read: '25h' is out of range: write 1s to 24h0m0s"
        ),
        (
            "timeouts {\n sleep 1s\n}",
            "Corefile:3: unknown property 'sleep' of 'timeouts': use idle, "
                + "maxtcpqueries, read, write"
        ),
        (
            "timeouts {\n maxtcpqueries -2\n}",
            "Corefile:3: timeouts: maxtcpqueries: '-2' is out of range: write -1 to 2147483647"
        ),
    ])
    func `timeouts out of range are refused`(_ directive: String, _ problem: String) {
        expectMistake(directive, problem)
    }

    @Test func `root is where paths start`() throws {
        #expect(try ChainFixture("root /tmp").context.directory == "/tmp")
        #expect(try ChainFixture("root /usr\nroot /tmp").context.directory == "/tmp")
        #expect(try ChainFixture("root lib", directory: "/usr").context.directory == "/usr/lib")
        #expect(try ChainFixture("root /tmp").context.warnings.isEmpty)
        let absent = try ChainFixture("root /no/such").context
        #expect(absent.directory == "/no/such")
        #expect(
            absent.warnings == ["Corefile:2: root: Root path does not exist: /no/such"]
        )
        expectMistake("root", "Corefile:2: 'root' needs an argument: write one after it")
        expectMistake("root a b", "Corefile:2: 'root' takes one argument: delete 'b'")
        expectMistake(
            "root /etc/passwd/x",
            "Corefile:2: root: unable to access root path '/etc/passwd/x': Not a directory: "
                + "check the path and its rights"
        )
    }

    @Test func `files are found below root`() throws {
        let zone = try TemporaryFile("@ 60 SOA ns h 1 2 3 4 5\n")
        let name = zone.path.split(separator: "/").last ?? ""
        let fixture = try ChainFixture("file \(name)\nroot /tmp")
        #expect(try fixture.ask("example.test", .soa).answers.count == 1)
    }

    @Test(arguments: [
        ("bind 127.0.0.1 ::1", ["127.0.0.1", "::1"]),
        ("bind 127.0.0.1\nbind 127.0.0.2 127.0.0.1", ["127.0.0.1", "127.0.0.2"]),
        ("bind lo {\n except ::1\n}", ["127.0.0.1"]),
        ("bind 10.0.0.1 127.0.0.1 {\n except lo\n}", ["10.0.0.1"]),
        ("", []),
    ])
    func `bind names addresses and interfaces`(
        _ directives: String,
        _ expected: [String]
    ) throws {
        #expect(try settings(directives).addresses.map { "\($0)" } == expected)
    }

    @Test func `mistakes of bind are named`() throws {
        expectMistake(
            "bind",
            "Corefile:2: bind: at least one address or interface name is expected: write one "
                + "after 'bind'"
        )
        expectMistake(
            "bind 127.0.0.1 {\n except 127.0.0.1\n}",
            "Corefile:2: bind: no address is left to listen on: name an address, or leave out "
                + "the directive to listen on all"
        )
        let error = #expect(throws: (any Error).self) { try ChainFixture("bind eth99 lo wlan99") }
        let lines = "\(error.map { "\($0)" } ?? "")".split(separator: "\n")
        #expect(lines.count == 2)
        #expect(
            lines.first?.hasPrefix(
                "Corefile:2: bind: not a valid IP address or interface name: 'eth99': "
                    + "interfaces are "
            ) == true
        )
        #expect(lines.first?.contains("lo") == true)
    }
}
