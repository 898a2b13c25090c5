import DNSWire
import Plugins
import Testing

@Suite("The plugin minimal")
struct MinimalTests {
    private static let zone = """
        @ 60 SOA ns hostmaster 1 2 3 4 5
        @ 60 NS ns
        @ 60 MX 10 mail
        ns 60 A 192.0.2.1
        mail 60 A 192.0.2.2
        sub 60 NS ns.sub
        ns.sub 60 A 192.0.2.3

        """

    @Test(arguments: [
        ("example.test", RecordType.mx, ResponseCode.noError, 1, 0, 0),
        ("example.test", .ns, .noError, 1, 0, 0),
        ("mail.example.test", .txt, .noError, 0, 1, 0),
        ("none.example.test", .a, .nameError, 0, 1, 0),
        ("www.sub.example.test", .a, .noError, 0, 1, 1),
    ])
    func `replies with an answer lose the rest, others stay whole`(
        _ name: String,
        _ type: RecordType,
        _ code: ResponseCode,
        _ answers: Int,
        _ authorities: Int,
        _ additionals: Int
    ) throws {
        let file = try TemporaryFile(Self.zone)
        let reply = try ChainFixture("minimal\nfile \(file.path)").ask(name, type)
        #expect(reply.code == code)
        #expect(reply.answers.count == answers)
        #expect(reply.authorities.count == authorities)
        #expect(reply.additionals.count == additionals)
    }

    @Test func `the zone has more to say without it`() throws {
        let file = try TemporaryFile(Self.zone)
        let reply = try ChainFixture("file \(file.path)").ask("example.test", .mx)
        #expect(reply.additionals.count == 1)
    }

    @Test func `additional records alone are left out too`() throws {
        let reply = try ChainFixture("minimal\nwhoami").ask("example.test")
        #expect(reply.code == .noError)
        #expect(reply.additionals.isEmpty)
    }
}
