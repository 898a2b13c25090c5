import DNSWire
import Plugins
import Testing

@Suite("The plugin chaos")
struct ChaosTests {
    @Test(arguments: [
        ("version.bind", "Test-1"), ("version.server", "Test-1"), ("VERSION.Bind", "Test-1"),
        ("authors.bind", "Ann"),
    ])
    func `questions about the server are answered`(_ name: String, _ text: String) throws {
        let fixture = try ChainFixture("chaos Test-1 Ann\nwhoami", zones: ".")
        let reply = try fixture.ask(name, .txt, recordClass: .ch)
        #expect(reply.answers == ["\(name). 0 CH TXT \"\(text)\""])
        #expect(fixture.context.settings.takesChaosClass)
    }

    @Test(arguments: ["hostname.bind", "id.server"])
    func `the host is named`(_ name: String) throws {
        let fixture = try ChainFixture("chaos\nwhoami", zones: ".")
        let reply = try fixture.ask(name, .txt, recordClass: .ch)
        #expect(reply.answers.count == 1)
        #expect(reply.answers.first?.contains("CH TXT \"\"") == false)
    }

    @Test func `each author has a record, in every order`() throws {
        let fixture = try ChainFixture("chaos V Ann Bob Ann Cid\nwhoami", zones: ".")
        var orders: Set<[String]> = []
        for random in 0..<200 {
            let reply = try fixture.ask(
                "authors.bind",
                .txt,
                recordClass: .ch,
                random: UInt32(random)
            )
            #expect(reply.answers.count == 3)
            orders.insert(reply.answers)
        }
        #expect(orders.count == 6)
    }

    @Test func `what is not known of is passed on`() throws {
        let fixture = try ChainFixture("chaos\nwhoami", zones: ".")
        for (name, type, recordClass) in [
            ("version.bind", RecordType.a, RecordClass.ch), ("version.bind", .txt, .in),
            ("other.bind", .txt, .ch),
        ] {
            let reply = try fixture.ask(name, type, recordClass: recordClass)
            #expect(reply.answers.isEmpty && reply.additionals.count == 2, "\(name) \(type)")
        }
    }

    @Test func `a text that is too long for a record is cut`() throws {
        let long = String(repeating: "x", count: 300)
        let fixture = try ChainFixture("chaos \(long)\nwhoami", zones: ".")
        let reply = try fixture.ask("version.bind", .txt, recordClass: .ch)
        #expect(reply.answers.first?.contains(String(repeating: "x", count: 255) + "\"") == true)
        #expect(reply.answers.first?.contains(String(repeating: "x", count: 256)) == false)
    }
}
