import DNSWire
import Testing

@testable import Plugins

@Suite("file and auto: files that change")
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

    private func auto(_ chain: ChainFixture) throws -> AutoPlugin {
        try #require(chain.chain.plugins.first as? AutoPlugin)
    }

    @Test func `zones come and go with the files of a directory`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("db.one.test", zone(1, "192.0.2.1"))
        try directory.write("readme", "nothing")
        try directory.write("db.broken.test", "nonsense")
        let chain = try ChainFixture(
            "auto {\n directory \(directory.path)\n}\nwhoami",
            zones: "test"
        )
        #expect(try chain.ask("www.one.test").answers == ["www.one.test. 60 IN A 192.0.2.1"])
        #expect(try chain.ask("www.two.test").additionals.count == 2)
        #expect(try chain.ask("www.broken.test").additionals.count == 2)
        try directory.write("db.two.test", zone(1, "192.0.2.2"))
        directory.remove("db.one.test")
        try auto(chain).refresh()
        #expect(try chain.ask("www.two.test").answers == ["www.two.test. 60 IN A 192.0.2.2"])
        #expect(try chain.ask("www.one.test").additionals.count == 2)
        try directory.write("db.two.test", zone(2, "192.0.2.3"))
        try auto(chain).refresh()
        #expect(try chain.ask("www.two.test").answers == ["www.two.test. 60 IN A 192.0.2.3"])
    }

    @Test func `a pattern and a template say which zone a file is for`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("one.zone", zone(1, "192.0.2.1"))
        let block =
            "auto example.test {\n directory \(directory.path) (.*)[.]zone {1}.example.test\n}"
        let chain = try ChainFixture(block, zones: ".")
        #expect(try chain.ask("www.one.example.test").answers.count == 1)
        // A zone outside of those that are named is not looked up.
        #expect(try chain.ask("www.one").disposition == .refused)
    }

    @Test(arguments: [
        ("", "no directory is named"), ("directory /tmp db", "need at least one sub expression"),
        ("directory /tmp (db {1}", "missing"), ("reload -1s", "out of range"),
        ("directory /tmp (db)", "needs an argument"), ("nonsense", "unknown property"),
    ])
    func `mistakes are told`(_ option: String, _ message: String) throws {
        let error = #expect(throws: (any Error).self) {
            try ChainFixture("auto {\n \(option)\n}")
        }
        #expect("\(try #require(error))".contains(message))
    }
}
