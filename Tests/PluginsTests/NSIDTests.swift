import DNSWire
import Plugins
import Testing

@Suite("The plugin nsid")
struct NSIDTests {
    private static let asking = EDNS(options: [EDNS.Option(code: .nsid, data: [])])

    @Test(arguments: [("nsid rack 4", "rack 4"), ("nsid \"a  b\"", "a  b")])
    func `who asks is told which server answers`(_ line: String, _ data: String) throws {
        let reply = try ChainFixture("\(line)\nwhoami").ask("www.example.test", edns: Self.asking)
        #expect(reply.message.edns?.option(.nsid) == Array(data.utf8))
        #expect(reply.additionals.count == 2)
    }

    @Test func `it is the host's name unless told`() throws {
        let reply = try ChainFixture("nsid\nwhoami").ask("www.example.test", edns: Self.asking)
        #expect(reply.message.edns?.option(.nsid)?.isEmpty == false)
    }

    @Test func `who does not ask is not told`() throws {
        let fixture = try ChainFixture("nsid x\nwhoami")
        #expect(try fixture.ask("www.example.test", edns: EDNS()).message.edns?.options == [])
        #expect(try fixture.ask("www.example.test").message.edns == nil)
    }

    @Test func `a reply that fills the packet leaves room for it`() throws {
        let fixture = try ChainFixture("nsid 0123456789\nerratic {\n drop 0\n large\n}")
        let reply = try fixture.ask("www.example.test", edns: Self.asking, limit: 512)
        #expect(reply.message.edns?.option(.nsid)?.count == 10)
        #expect(reply.message.header.isTruncated)
        #expect(try reply.message.encoded().count <= 512)
    }

    @Test func `mistakes are named`() {
        expectMistake(
            "nsid a\nnsid b",
            "Corefile:3: nsid: this plugin can only be used once per Server Block: merge its "
                + "options into the first one"
        )
        expectMistake(
            "nsid \(String(repeating: "x", count: 256))",
            "Corefile:2: nsid: the data has 256 octets: shorten it to 255"
        )
    }
}
