import DNSWire
import Testing

/// A question to a signed zone, and the types that come back in answer and authority.
struct SignedCase: Sendable, CustomTestStringConvertible {
    var name: String
    var type: RecordType
    var answers: [String]
    var authorities: [String]

    init(_ name: String, _ type: RecordType, _ answers: [String], _ authorities: [String]) {
        self.name = name
        self.type = type
        self.answers = answers
        self.authorities = authorities
    }

    var testDescription: String { "\(name) \(type)" }
}

@Suite("file: signed zones (RFC 4035 §3.1)")
struct SignedZoneTests {
    private static func signature(_ name: String, _ type: String, _ labels: Int) -> String {
        "\(name) RRSIG \(type) 8 \(labels) 60 20300101000000 20200101000000 1 example.test. AAAA"
    }

    private static let text = """
        $TTL 60
        @ SOA ns h 1 2 3 4 30
        \(signature("@", "SOA", 2))
        @ NS ns
        \(signature("@", "NS", 2))
        @ NSEC *.wild.example.test. NS SOA RRSIG NSEC
        \(signature("@", "NSEC", 2))
        *.wild A 192.0.2.7
        \(signature("*.wild", "A", 3))
        *.wild NSEC cut.example.test. A RRSIG NSEC
        \(signature("*.wild", "NSEC", 3))
        cut NS ns.cut
        cut NSEC www.example.test. NS RRSIG NSEC
        \(signature("cut", "NSEC", 3))
        ns.cut A 192.0.2.54
        www A 192.0.2.1
        \(signature("www", "A", 3))
        www NSEC example.test. A RRSIG NSEC
        \(signature("www", "NSEC", 3))

        """

    static let cases = [
        SignedCase("www", .a, ["A", "RRSIG"], []),
        SignedCase("www", .txt, [], ["SOA", "RRSIG", "NSEC", "RRSIG"]),
        // What covers the name, and what covers the wildcard that could have matched.
        SignedCase("zzz", .a, [], ["SOA", "RRSIG", "NSEC", "RRSIG", "NSEC", "RRSIG"]),
        SignedCase("x.wild", .a, ["A", "RRSIG"], ["NSEC", "RRSIG"]),
        SignedCase("x.cut", .a, [], ["NS", "NSEC", "RRSIG"]),
    ]

    @Test("a question to a signed zone", arguments: cases)
    func answer(_ test: SignedCase) throws {
        let file = try TemporaryFile(Self.text)
        let chain = try ChainFixture("file \(file.path)")
        let secure = try chain.ask(
            "\(test.name).example.test",
            test.type,
            edns: EDNS(udpPayloadSize: 4_096, isDNSSECOK: true),
            limit: 4_096
        )
        #expect(secure.message.answers.map { "\($0.type)" } == test.answers)
        #expect(secure.message.authorities.map { "\($0.type)" } == test.authorities)
        // Who doesn't ask for signatures gets none.
        let plain = try chain.ask("\(test.name).example.test", test.type)
        let types = (plain.message.answers + plain.message.authorities).map { "\($0.type)" }
        #expect(!types.contains("RRSIG") && !types.contains("NSEC"))
    }

    @Test func `the signature of a wildcard's answer has the name that was asked`() throws {
        let file = try TemporaryFile(Self.text)
        let reply = try ChainFixture("file \(file.path)").ask(
            "x.wild.example.test",
            edns: EDNS(udpPayloadSize: 4_096, isDNSSECOK: true)
        )
        #expect(Set(reply.message.answers.map { "\($0.name)" }) == ["x.wild.example.test."])
    }
}
