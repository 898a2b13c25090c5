import DNSWire
import Plugins
import Testing

@Suite("The plugin bufsize")
struct BufsizeTests {
    /// Replies with thirty addresses have 525 octets with the OPT record.
    private static let block = "erratic {\n drop 0\n large\n}"

    @Test(arguments: [("bufsize 512", 512), ("bufsize 524", 524), ("bufsize", 1_232)])
    func `what a client takes counts up to the size`(_ line: String, _ limit: Int) throws {
        let fixture = try ChainFixture("\(line)\n\(Self.block)")
        let edns = EDNS(udpPayloadSize: 4_096)
        let reply = try fixture.ask("www.example.test", edns: edns, limit: 4_096)
        let count = try reply.message.encoded().count
        #expect(reply.message.header.isTruncated == (limit < 1_232))
        #expect(count <= limit)
        // As much as fits is sent: another record of 16 octets does not.
        if limit < 1_232 { #expect(reply.answers.count == (limit - 11 - 34) / 16) }
    }

    @Test(arguments: [Transport.tcp, .tls, .https])
    func `replies over streams are not limited`(_ transport: Transport) throws {
        let fixture = try ChainFixture("bufsize 512\n\(Self.block)")
        let edns = EDNS(udpPayloadSize: 4_096)
        let reply = try fixture.ask(
            "www.example.test",
            transport: transport,
            edns: edns,
            limit: 65_535
        )
        #expect(reply.answers.count == 30)
    }

    @Test func `a client that takes less keeps its own limit`() throws {
        let fixture = try ChainFixture("bufsize 1000\n\(Self.block)")
        let edns = EDNS(udpPayloadSize: 515)
        let reply = try fixture.ask("www.example.test", edns: edns, limit: 515)
        #expect(reply.answers.count == (515 - 11 - 34) / 16)
    }

    @Test(arguments: [
        ("bufsize 511", "'511' is out of range: write 512 to 4096"),
        ("bufsize 4097", "'4097' is out of range: write 512 to 4096"),
        ("bufsize large", "'large' is not an integer: write 512 to 4096"),
    ])
    func `other sizes are refused`(_ line: String, _ problem: String) {
        expectMistake(line, "Corefile:2: bufsize: \(problem)")
    }
}
