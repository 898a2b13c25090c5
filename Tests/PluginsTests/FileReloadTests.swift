import DNSWire
import Testing

@testable import Plugins

@Suite("file: files that change")
struct FileReloadTests {
    private func zone(_ serial: Int, _ address: String) -> String {
        "$TTL 60\n@ SOA ns h \(serial) 2 3 4 30\nwww A \(address)\n"
    }

    private func file(_ chain: ChainFixture) throws -> FilePlugin {
        try #require(chain.chain.plugins.first as? FilePlugin)
    }

    @Test func `a file with another serial number is served`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("db", zone(1, "192.0.2.1"))
        let chain = try ChainFixture("file \(path)")
        // The serial number is what counts, not what else was changed.
        try directory.write("db", zone(1, "192.0.2.2"))
        try file(chain).refresh()
        #expect(
            try chain.ask("www.example.test").answers == ["www.example.test. 60 IN A 192.0.2.1"]
        )
        try directory.write("db", zone(2, "192.0.2.3"))
        try file(chain).refresh()
        #expect(
            try chain.ask("www.example.test").answers == ["www.example.test. 60 IN A 192.0.2.3"]
        )
    }

    @Test func `with reload_by_mtime a file that was written is served`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("db", zone(1, "192.0.2.1"))
        let chain = try ChainFixture("file \(path) {\n reload_by_mtime\n}")
        try directory.write("db", zone(1, "192.0.2.2"))
        try file(chain).refresh()
        #expect(
            try chain.ask("www.example.test").answers == ["www.example.test. 60 IN A 192.0.2.2"]
        )
    }

    @Test func `a file that is wrong or gone leaves the zone as it was, and is named once`() throws
    {
        let directory = try TemporaryDirectory()
        let path = try directory.write("db", zone(1, "192.0.2.1"))
        let chain = try ChainFixture("file \(path)")
        try directory.write("db", "nonsense")
        try file(chain).refresh()
        try file(chain).refresh()
        directory.remove("db")
        try file(chain).refresh()
        #expect(try chain.ask("www.example.test").answers.count == 1)
        #expect(try chain.log().count == 1)
    }

    @Test func `a file that another one includes is looked at, too`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("db", "$INCLUDE soa\n$INCLUDE hosts\n")
        try directory.write("soa", "@ 60 SOA ns h 1 2 3 4 30\n")
        try directory.write("hosts", "www 60 A 192.0.2.1\n")
        let chain = try ChainFixture("file \(path)")
        func www() throws -> [String] { try chain.ask("www.example.test").answers }
        #expect(try www() == ["www.example.test. 60 IN A 192.0.2.1"])
        try directory.write("hosts", "www 60 A 192.0.2.2\n")
        try directory.write("soa", "@ 60 SOA ns h 2 2 3 4 30\n")
        try file(chain).refresh()
        #expect(try www() == ["www.example.test. 60 IN A 192.0.2.2"])
        // One that is missing leaves the zone as it was, until it is there.
        try directory.write("soa", "@ 60 SOA ns h 3 2 3 4 30\n$INCLUDE more\n")
        try file(chain).refresh()
        try file(chain).refresh()
        #expect(try www() == ["www.example.test. 60 IN A 192.0.2.2"])
        try directory.write("more", "www 60 A 192.0.2.3\n")
        try file(chain).refresh()
        #expect(try www().count == 2)
        // What was included from the second read on, is looked at as well.
        try directory.write("more", "@ 60 TXT a\n")
        try directory.write("soa", "@ 60 SOA ns h 4 2 3 4 30\n$INCLUDE more\n")
        try file(chain).refresh()
        #expect(try www().count == 1)
        #expect(try chain.log().filter { $0.hasPrefix("[ERROR]") }.count == 1)
    }

    @Test func `a file that is missing at the start is a warning, and served once it is there`()
        throws
    {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/db"
        let chain = try ChainFixture("file \(path)")
        #expect(chain.context.warnings.count == 1)
        #expect(try chain.ask("www.example.test").disposition == .serverFailure)
        try directory.write("db", zone(1, "192.0.2.1"))
        try file(chain).refresh()
        #expect(try chain.ask("www.example.test").answers.count == 1)
    }

    @Test func `a file that is missing is an error if nobody looks again`() {
        #expect(throws: (any Error).self) {
            try ChainFixture("file /nowhere/db {\n reload 0\n}")
        }
    }
}
