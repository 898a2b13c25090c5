import Addresses
import DNSWire
import Plugins
import Testing

@Suite("whoami")
struct WhoamiTests {
    @Test(arguments: [("192.0.2.9", Transport.udp), ("2001:db8::9", .tcp)])
    func `it says who asks, whatever is asked`(_ client: String, _ transport: Transport) throws {
        let chain = try ChainFixture("whoami")
        let address = try #require(IPAddress(client))
        for type in [RecordType.a, .aaaa, .txt, .any] {
            let reply = try chain.ask(
                "me.example.test",
                type,
                client: address,
                transport: transport
            )
            #expect(reply.code == .noError)
            #expect(reply.message.header.isAuthoritative)
            #expect(reply.answers.isEmpty)
            #expect(
                reply.additionals == [
                    "me.example.test. 0 IN \(address.isIPv4 ? "A" : "AAAA") \(client)",
                    "_\(transport.name).me.example.test. 0 IN SRV 0 0 53535 .",
                ]
            )
        }
    }

    @Test func `it answers for the root and for the longest name`() throws {
        let chain = try ChainFixture("whoami", zones: ".")
        #expect(try chain.ask(".").additionals.count == 2)
        let label = String(repeating: "a", count: 63)
        let longest = "\(label).\(label).\(label).\(String(repeating: "a", count: 61))"
        // No room for another label: only the address is told.
        #expect(try chain.ask(longest).additionals.count == 1)
    }

    @Test func `it takes nothing`() throws {
        #expect(try ChainFixture("whoami\nwhoami").chain.plugins.map(\.name) == ["whoami"])
        expectMistake("whoami me", "Corefile:2: unexpected 'me' in 'whoami': delete it")
    }
}
