import DNSWire
import Testing

@testable import Plugins

@Suite("auto")
struct AutoTests {
    private func zone(_ serial: Int, _ address: String) -> String {
        "$TTL 60\n@ SOA ns h \(serial) 2 3 4 30\nwww A \(address)\n"
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
