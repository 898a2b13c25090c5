import DNSWire
import Plugins
import Testing

@Suite("The plugin header")
struct HeaderTests {
    @Test(arguments: [
        ("response set ra", "aa ra", UInt16(0)), ("response clear aa", "", 0),
        ("response set rd", "aa rd", 0), ("response clear rd", "aa", 0x0100),
        ("set ra rd", "aa rd ra", 0), ("CLEAR AA", "", 0),
        ("query set rd", "aa rd", 0), ("query clear rd", "aa", 0x0100),
        ("query clear rd\n response set rd", "aa rd", 0x0100),
        ("response set aa\n response clear aa", "", 0),
        ("response clear ra aa\n response set aa", "aa", 0),
    ])
    func `flags are set and cleared`(_ rules: String, _ expected: String, _ flags: UInt16) throws {
        let fixture = try ChainFixture("header {\n \(rules)\n}\nwhoami")
        let header = try fixture.ask("www.example.test", flags: flags).message.header
        let found = [
            (header.isAuthoritative, "aa"), (header.isRecursionDesired, "rd"),
            (header.isRecursionAvailable, "ra"),
        ].filter(\.0).map(\.1)
        #expect(found.joined(separator: " ") == expected)
    }

    @Test func `codes that the server writes are left alone`() throws {
        let fixture = try ChainFixture("header {\n response set ra\n}\nerratic {\n drop 0\n}")
        let reply = try fixture.ask("www.example.test", .txt)
        #expect(reply.code == .serverFailure)
        #expect(!reply.message.header.isRecursionAvailable)
    }

    @Test(arguments: [
        (
            "response set",
            "header: invalid length for flags, at least one should be provided: "
                + "write aa, ra or rd"
        ),
        ("response flip ra", "header: unknown flag action=flip: should be set or clear"),
        ("response", "'response' needs an argument: write set or clear after it"),
        ("query set ad", "header: unknown/unsupported flag=ad: use aa, ra or rd"),
        (
            "reply set aa",
            "header: setting up rule: invalid selector=reply: should be query or "
                + "response"
        ),
    ])
    func `mistakes are named`(_ line: String, _ problem: String) {
        expectMistake("header {\n \(line)\n}", "Corefile:3: \(problem)")
    }

    @Test(arguments: ["header", "header {\n}"])
    func `a rule is needed`(_ directive: String) {
        let error = #expect(throws: (any Error).self) { try ChainFixture(directive) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("a block with a rule is needed"))
    }
}
