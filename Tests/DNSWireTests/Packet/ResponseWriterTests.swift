import DNSWire
import Testing

@Suite("Writing replies in place (RFC 1035 §4, RFC 6891, RFC 8906)")
struct ResponseWriterTests {
    /// Writes a reply to a packet; returns nil if the packet gets none.
    private func reply(
        to packet: [UInt8],
        limit: Int = 512,
        _ body: (inout ResponseWriter, QueryView) -> Void = { _, _ in }
    ) -> [UInt8]? {
        let storage = QueryScratch.Storage()
        // Octets behind the limit are watched: nothing may be written there.
        var buffer = [UInt8](repeating: 0xEE, count: 4096)
        let count = unsafe packet.withUnsafeBytes { request in
            unsafe buffer.withUnsafeMutableBytes { buffer -> Int? in
                var query = QueryView()
                guard unsafe query.read(request, scratch: storage.scratch) != .drop else {
                    return nil
                }
                var writer = unsafe ResponseWriter(
                    answering: query,
                    request: request,
                    into: buffer,
                    limit: limit,
                    payloadOctets: 1232
                )
                body(&writer, query)
                return writer.finish(query)
            }
        }
        guard let count else { return nil }
        #expect(count <= limit)
        #expect(buffer[max(limit, count)...].allSatisfy { $0 == 0xEE })
        return Array(buffer[..<count])
    }

    private static let addresses = (0..<200).flatMap { [10, 0, 0, UInt8($0)] as [UInt8] }

    @Test func `the question comes back octet by octet, upper case included`() throws {
        let octets = try #require(reply(to: packet(webQuestion)))
        #expect(Array(octets[12...]) == webQuestion)
        #expect(Array(octets[..<12]) == packet(flags: 0x8000, []))
    }

    @Test(
        arguments: [
            (0x0000, 0x8000), (0x0100, 0x8100), (0x0010, 0x8010), (0x0110, 0x8110),
            // Z, AD, AA, TC, RA and a response code are the server's to set.
            (0x0040, 0x8000), (0x0020, 0x8000), (0x0680, 0x8000), (0x000F, 0x8000),
            (0x2000, 0xA000), (0x7800, 0xF800),
        ] as [(UInt16, UInt16)]
    )
    func `of the flags only opcode, RD and CD are copied`(
        _ flags: UInt16,
        _ expected: UInt16
    )
        throws
    {
        let octets = try #require(reply(to: packet(flags: flags, webQuestion)))
        #expect(UInt16(octets[2]) << 8 | UInt16(octets[3]) == expected)
    }

    @Test func `a bare header is answered with a bare header`() throws {
        let query = packet(flags: 0x7800, counts: [0, 0, 0, 0], [])
        let octets = try #require(reply(to: query) { writer, _ in writer.responseCode = 4 })
        #expect(octets == packet(flags: 0xF804, counts: [0, 0, 0, 0], []))
    }

    @Test func `OPT says version 0, our size, DO as asked, and no option or flag of the query`()
        throws
    {
        let asked = opt(size: 4096, flags: 0xFFFF, octets("00 0A 00 08 01 02 03 04 05 06 07 08"))
        let query = packet(counts: [1, 0, 0, 1], webQuestion + asked)
        let octets = try #require(reply(to: query))
        #expect(
            octets
                == packet(
                    flags: 0x8000,
                    counts: [1, 0, 0, 1],
                    webQuestion + opt(size: 1232, flags: 0x8000)
                )
        )
    }

    @Test func `an extended response code is split between header and OPT`() throws {
        let query = packet(counts: [1, 0, 0, 1], webQuestion + opt(version: 1))
        let octets = try #require(reply(to: query) { writer, _ in writer.responseCode = 16 })
        let message = try Message(decoding: octets)
        #expect(message.header.responseCode == .badVersion)
        #expect(message.edns?.version == 0)
        #expect(octets[3] & 0xF == 0)
    }

    @Test(arguments: [512, 600, 1232])
    func `a reply ends at the limit with whole records, OPT among them`(_ limit: Int) throws {
        for edns in [false, true] {
            let query = packet(
                counts: [1, 0, 0, edns ? 1 : 0],
                webQuestion + (edns ? opt() : [])
            )
            let octets = try #require(
                reply(to: query, limit: limit) { writer, _ in
                    unsafe Self.addresses.withUnsafeBytes { addresses in
                        let all = unsafe writer.writeAddresses(
                            owner: 12,
                            addresses,
                            width: 4,
                            timeToLive: 5,
                            first: 150,
                            section: .answer
                        )
                        #expect(!all)
                    }
                    writer.isTruncated = true
                }
            )
            let message = try Message(decoding: octets)
            let room = limit - 12 - webQuestion.count - (edns ? 11 : 0)
            #expect(message.answers.count == room / 16)
            #expect(message.header.isTruncated)
            #expect((message.edns != nil) == edns)
            #expect("\(message.answers[0].data)" == "10.0.0.150")
            #expect(message.answers.allSatisfy { $0.name == Name("web.shop.") })
        }
    }

    @Test func `addresses wrap around and each comes once`() throws {
        let octets = try #require(
            reply(to: packet(webQuestion), limit: 4096) { writer, _ in
                unsafe Self.addresses.withUnsafeBytes {
                    _ = unsafe writer.writeAddresses(
                        owner: 12,
                        $0,
                        width: 4,
                        timeToLive: 5,
                        first: 199,
                        section: .additional
                    )
                }
            }
        )
        let message = try Message(decoding: octets)
        #expect(message.additionals.count == 200)
        #expect(Set(message.additionals.map { "\($0.data)" }).count == 200)
        #expect("\(message.additionals[1].data)" == "10.0.0.0")
    }

    @Test(arguments: [
        (0x4000, 4), (-1, 4), (12, 65_536), (12, -1), (12, 600),
    ])
    func `a record that can't be written leaves the reply as it was`(
        _ owner: Int,
        _ count: Int
    )
        throws
    {
        let octets = try #require(
            reply(to: packet(webQuestion)) { writer, query in
                let written = writer.beginRecord(
                    owner: owner,
                    type: 1,
                    timeToLive: 5,
                    dataOctetCount: count
                )
                #expect(!written)
                #expect(writer.position == query.questionEnd)
            }
        )
        #expect(octets.count == 12 + webQuestion.count)
    }

    @Test(arguments: ["web.shop.", "a.web.shop.", "shop.", "elsewhere.", ".", "WEB.SHOP."])
    func `records made elsewhere are appended whole, their owner compressed`(
        _ owner: String
    )
        throws
    {
        let record = try ResourceRecord(
            name: #require(Name(owner)),
            timeToLive: 7,
            data: .txt([Array("hello".utf8)])
        )
        let question = try #require(Name("web.shop."))
        let octets = try #require(
            reply(to: packet(webQuestion)) { writer, _ in
                let written = writer.append(record, to: .authority, question: question)
                #expect(written)
            }
        )
        let message = try Message(decoding: octets)
        #expect(message.authorities == [record])
        if owner.lowercased().hasSuffix("shop.") {
            #expect(octets.count <= 12 + webQuestion.count + 2 + 2 + 10 + 6)
        }
    }

    @Test func `a record that does not fit is not counted`() throws {
        let record = try ResourceRecord(
            name: #require(Name("web.shop.")),
            timeToLive: 7,
            data: .txt([[UInt8]](repeating: [UInt8](repeating: 0x78, count: 250), count: 2))
        )
        let question = try #require(Name("web.shop."))
        let octets = try #require(
            reply(to: packet(webQuestion)) { writer, _ in
                let written = writer.append(record, to: .answer, question: question)
                #expect(!written)
            }
        )
        #expect(try Message(decoding: octets).answers.isEmpty)
    }

    @Test func `starting over removes all but the question`() throws {
        let octets = try #require(
            reply(to: packet(webQuestion)) { writer, query in
                unsafe Self.addresses.withUnsafeBytes {
                    _ = unsafe writer.writeAddresses(
                        owner: 12,
                        $0,
                        width: 4,
                        timeToLive: 5,
                        first: 0,
                        section: .answer
                    )
                }
                writer.isAuthoritative = true
                writer.isTruncated = true
                writer.reset(to: query)
                writer.responseCode = 2
            }
        )
        #expect(octets == packet(flags: 0x8002, webQuestion))
    }
}
