import Addresses
import DNSWire
import Testing
import ZoneFiles

/// A reply with a compressed alias, an address, a negative start, and options.
private let reply = octets(
    """
    12 34 85 80 00 01 00 02 00 01 00 00      ; id, qr aa rd ra, counts
    03 "Web" 04 "shop" 00 00 01 00 01        ; at 12: Web.shop. A IN
    C0 0C 00 05 00 01 00 00 00 05 00 04      ; Web.shop. CNAME, at 38:
    01 "x" C0 10                             ;   x.shop.
    C0 26 00 01 00 01 00 00 00 05 00 04      ; x.shop. A
    C0 00 02 01
    C0 10 00 06 00 01 FF FF FF FF 00 18      ; shop. SOA with a TTL that counts as 0
    C0 0C C0 26                              ;   Web.shop. x.shop.
    00 00 00 01 00 00 00 02 00 00 00 03 00 00 00 04 00 00 00 05
    """
)

private let query =
    [
        0x12, 0x34, 0x01, 0x20, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0x61, 0, 0, 1, 0, 1,
        0, 0, 41, 0x10, 0x00, 0, 0, 0x80, 0, 0, 8, 0, 10, 0, 4, 1, 2, 3, 4,
    ] as [UInt8]

@Suite("RFC 1035 §4.1: reading messages")
struct DecodingTests {
    @Test func `a reply is read`() throws {
        let message = try Message(decoding: reply)
        #expect(message.header.id == 0x1234)
        #expect(message.header.isResponse && message.header.isAuthoritative)
        #expect(message.questions == [Question(name: try #require(Name("web.shop")), type: .a)])
        #expect(
            message.answers.map(\.description) == [
                "Web.shop.\t5\tIN\tCNAME\tx.shop.", "x.shop.\t5\tIN\tA\t192.0.2.1",
            ]
        )
        #expect(
            message.authorities.map(\.description) == [
                "shop.\t0\tIN\tSOA\tWeb.shop. x.shop. 1 2 3 4 5"
            ]
        )
    }

    @Test func `a query with options is read`() throws {
        let message = try Message(decoding: query)
        #expect(message.header.isRecursionDesired && message.header.isAuthenticData)
        #expect(
            message.edns
                == EDNS(
                    udpPayloadSize: 4_096,
                    isDNSSECOK: true,
                    options: [.init(code: .cookie, data: [1, 2, 3, 4])]
                )
        )
        #expect(message.edns?.option(.cookie) == [1, 2, 3, 4])
        #expect(message.edns?.option(.nsid) == nil)
        #expect(message.additionals.isEmpty)
        #expect(try message.encoded() == query)
    }

    @Test func `every truncation is refused, by libldns too`() throws {
        for whole in [reply, query] {
            for count in 0..<whole.count {
                let cut = Array(whole[..<count])
                #expect(throws: WireError.self, "\(count)") { try Message(decoding: cut) }
                #expect(OracleMessage(reading: cut) == nil, "\(count)")
            }
        }
    }

    @Test func `octets after the message are refused`() {
        #expect(throws: WireError.trailingOctets) { try Message(decoding: query + [0]) }
    }

    @Test func `memory and spans are read as arrays are`() throws {
        let expected = try Message(decoding: query)
        let fromMemory = try unsafe query.withUnsafeBytes { (memory) throws(WireError) in
            try unsafe Message(decoding: memory)
        }
        #expect(fromMemory == expected)
        let span = unsafe query.span.bytes
        #expect(try Message(decoding: span) == expected)
    }

    @Test func `more octets than any message has are refused`() {
        let octets = query + Array(repeating: 0, count: 65_536)
        #expect(throws: WireError.noRoom) { try Message(decoding: octets) }
    }

    /// The octets after a header with one question, and why they are refused.
    static let questions: [(name: [UInt8], error: WireError)] = [
        ([0xC0, 0x0C, 0, 1, 0, 1], .badPointer), ([0xC0, 0x0E, 0, 1, 0, 1], .badPointer),
        ([0xC0, 0x00, 0, 1, 0, 1], .badPointer), ([0xFF, 0xFF, 0, 1, 0, 1], .badPointer),
        ([1, 0x61, 0xC0, 0x0C, 0, 1, 0, 1], .badPointer),
        ([1, 0x61, 0xC0, 0x0D, 0, 1, 0, 1], .badPointer),
        ([0x40, 0x61, 0, 1, 0, 1], .badLabelType), ([0x80, 0x61, 0, 1, 0, 1], .badLabelType),
        ([63, 0x61, 0, 0, 0, 1, 0, 1], .truncated), ([1, 0x61, 0, 0, 1], .truncated),
        ([1, 0x61, 1, 0x61, 0xC0], .truncated), ([], .countTooLarge),
        (Array([[UInt8]](repeating: [1, 0x61], count: 128).joined()) + [0], .nameTooLong),
    ]

    @Test(arguments: questions)
    func `a bad name is refused`(name: [UInt8], error: WireError) {
        let header: [UInt8] = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        #expect(throws: error) { try Message(decoding: header + name) }
    }

    @Test func `a pointer may lead to a pointer, and a long ladder of them ends`() throws {
        // Rungs of one pointer each, every one to the rung before it.
        var octets: [UInt8] = [0, 0, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0]
        func record(_ rungs: Int) -> [UInt8] {
            // An unknown type whose data are the rungs; then a record whose owner is the last.
            var message = octets + [0, 0xFF, 0x00, 0, 1, 0, 0, 0, 0]
            let data = message.count + 2
            var ladder: [UInt8] = [1, 0x61, 0]
            var target = data
            for _ in 0..<rungs {
                let rung = data + ladder.count
                ladder += [0xC0 | UInt8(target >> 8), UInt8(target & 0xFF)]
                target = rung
            }
            message += [UInt8(ladder.count >> 8), UInt8(ladder.count & 0xFF)] + ladder
            message += [0xC0 | UInt8(target >> 8), UInt8(target & 0xFF)]
            return message + [0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]
        }
        octets[7] = 2
        #expect(try Message(decoding: record(100)).answers[1].name == Name("a"))
        #expect(throws: WireError.badPointer) { try Message(decoding: record(3_000)) }
    }

    @Test func `counts that the message cannot hold are refused at once`() {
        for index in stride(from: 4, to: 12, by: 2) {
            var octets = query
            octets[index] = 0xFF
            octets[index + 1] = 0xFF
            #expect(throws: WireError.countTooLarge) { try Message(decoding: octets) }
        }
    }

    @Test(
        arguments: [
            // Type, data, whether it is read: lengths that don't fit, orders, names compressed.
            (1, [1, 2, 3], false), (1, [1, 2, 3, 4, 5], false), (28, [1, 2, 3, 4], false),
            (2, [0, 0], false), (2, [], false), (15, [0, 1], false), (16, [], false),
            (16, [0], true), (16, [2, 0x61], false), (16, [1, 0x61, 0], true),
            (33, [0, 1, 0, 2, 0, 3, 0xC0, 0x0C], true), (39, [0xC0, 0x0C], false),
            (64, [0, 1, 0, 0, 3, 0, 0, 0, 1, 0, 0], false),
            (64, [0, 1, 0, 0, 1, 0, 0, 0, 3, 0, 0], true),
            (65, [0, 1, 0, 0, 1, 0, 5], false), (65, [0, 1, 0xC0, 0x0C], false),
            (47, [0, 0, 1, 0x40, 0, 1, 0x40], false), (47, [0, 0, 1, 0x40, 1, 1, 0x40], true),
            (47, [0, 0, 0], false), (47, [0, 0, 33], false), (47, [0xC0, 0x0C], false),
            (257, [0, 0], false), (257, [0, 1, 0x2D], false), (257, [0, 1, 0x61], true),
            (17, [0xC0, 0x0C, 0xC0, 0x0C], true), (17, [0xC0, 0x0C], false), (65_280, [], true),
            (41, [], false),
        ] as [(UInt16, [UInt8], Bool)]
    )
    func `record data must fit its type and fill its length`(
        type: UInt16,
        data: [UInt8],
        isRead: Bool
    ) throws {
        let octets: [UInt8] =
            [0, 0, 0x80, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0, 1, 0xC0, 0x0C]
            + [UInt8(type >> 8), UInt8(type & 0xFF), 0, 1, 0, 0, 0, 9, 0, UInt8(data.count)] + data
        let message = try? Message(decoding: octets)
        #expect((message != nil) == isRead)
        if let message { #expect(try Message(decoding: message.encoded()) == message) }
    }

    @Test func `names in old types are expanded, so that the record stands alone`() throws {
        // RP with both names compressed.
        let octets: [UInt8] = [
            0, 0, 0x80, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0, 1, 0xC0, 0x0C, 0, 17,
            0, 1, 0, 0, 0, 9, 0, 4, 0xC0, 0x0C, 0xC0, 0x0C,
        ]
        let record = try Message(decoding: octets).answers[0]
        #expect(record.data == .unknown(.rp, [1, 0x61, 0, 1, 0x61, 0]))
        #expect(record.description == "a.\t9\tIN\tRP\t\\# 6 016100016100")
    }
}

@Suite("RFC 6891 §6.1: where OPT may stand")
struct OptionPlacementTests {
    private let opt: [UInt8] = [0, 0, 41, 4, 0xD0, 0, 0, 0, 0, 0, 0]

    private func header(_ counts: [UInt8]) -> [UInt8] {
        [0, 0, 0, 0] + counts.flatMap { [0, $0] }
    }

    @Test func `one in the additional section is read, also before other records`() throws {
        #expect(try Message(decoding: header([0, 0, 0, 1]) + opt).edns?.udpPayloadSize == 1_232)
        let record: [UInt8] = [0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]
        let message = try Message(decoding: header([0, 0, 0, 2]) + opt + record)
        #expect(message.edns != nil)
        #expect(message.additionals.count == 1)
    }

    @Test func `a second one, one elsewhere, or one with an owner is refused`() {
        for octets in [
            header([0, 0, 0, 2]) + opt + opt, header([0, 1, 0, 0]) + opt,
            header([0, 0, 1, 0]) + opt, header([0, 0, 0, 1]) + [1, 0x61] + opt,
        ] {
            #expect(throws: WireError.misplacedOption) { try Message(decoding: octets) }
        }
    }

    @Test(arguments: [[0], [0, 1], [0, 1, 0], [0, 1, 0, 1], [0, 1, 0, 2, 1]] as [[UInt8]])
    func `options that end early are refused`(options: [UInt8]) {
        var octets = header([0, 0, 0, 1]) + opt
        octets[octets.count - 1] = UInt8(options.count)
        #expect(throws: WireError.badRecordData) { try Message(decoding: octets + options) }
    }

    @Test func `the response code has twelve bits`() throws {
        var octets = header([0, 0, 0, 1]) + opt
        octets[3] = 0x05
        octets[17] = 0x01
        let message = try Message(decoding: octets)
        #expect(message.header.responseCode.rawValue == 0x15)
        #expect(try message.encoded() == octets)
        var without = message
        without.edns = nil
        #expect(throws: WireError.tooLarge) { try without.encoded() }
    }
}
