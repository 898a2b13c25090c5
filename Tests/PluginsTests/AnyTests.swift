import DNSWire
import Plugins
import Testing

@Suite("The plugin any")
struct AnyTests {
    @Test func `a question for every type gets one small record`() throws {
        let reply = try ChainFixture("any\nwhoami").ask("WWW.example.test", .any)
        #expect(reply.code == .noError)
        #expect(
            reply.answers == [
                "WWW.example.test. 8482 IN HINFO \"ANY obsoleted\" \"See RFC 8482\""
            ]
        )
        #expect(reply.additionals.isEmpty)
        #expect(!reply.message.header.isAuthoritative)
    }

    @Test(arguments: [RecordType.a, .aaaa, .hinfo, .soa])
    func `other questions are passed on`(_ type: RecordType) throws {
        let reply = try ChainFixture("any\nwhoami").ask("www.example.test", type)
        #expect(reply.answers.isEmpty)
        #expect(reply.additionals.count == 2)
    }

    @Test func `it takes no argument`() {
        expectMistake("any thing", "Corefile:2: unexpected 'thing' after 'any': delete it")
    }
}
