import DNSWire
import TestSupport
import Testing

/// A packet, and what is to be done with it.
struct ReadCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var packet: [UInt8]
    var verdict: QueryVerdict

    init(_ description: String, _ packet: [UInt8], _ verdict: QueryVerdict) {
        testDescription = description
        self.packet = packet
        self.verdict = verdict
    }
}

@Suite("Reading queries in place (RFC 1035 §4, RFC 6891, RFC 8906 §8)")
struct QueryViewTests {
    private static let tail = octets("00 01 00 01")
    private static let record = octets("C0 0C 00 01 00 01 00 00 00 05 00 04 0A 00 00 01")

    static let headers = [
        ReadCase("nothing", [], .drop),
        ReadCase("11 octets", Array(packet([]).prefix(11)), .drop),
        ReadCase("a response", packet(flags: 0x8000, webQuestion), .drop),
        ReadCase("a response with an unknown opcode", packet(flags: 0xF800, []), .drop),
        ReadCase("a plain query", packet(webQuestion), .answer),
        ReadCase("every flag that a query may have", packet(flags: 0x07FF, webQuestion), .answer),
        ReadCase("IQUERY", packet(flags: 0x0800, webQuestion), .notImplemented),
        ReadCase("STATUS", packet(flags: 0x1000, webQuestion), .notImplemented),
        ReadCase("opcode 3", packet(flags: 0x1800, webQuestion), .notImplemented),
        ReadCase("NOTIFY", packet(flags: 0x2000, webQuestion), .notify),
        ReadCase("UPDATE", packet(flags: 0x2800, webQuestion), .notImplemented),
        ReadCase(
            "opcode 15 in a bare header",
            packet(flags: 0x7800, counts: [0, 0, 0, 0], []),
            .notImplemented
        ),
        ReadCase("no question", packet(counts: [0, 0, 0, 0], []), .formatError),
        ReadCase("no question, but OPT", packet(counts: [0, 0, 0, 1], opt()), .formatError),
        ReadCase(
            "two questions",
            packet(counts: [2, 0, 0, 0], webQuestion + webQuestion),
            .formatError
        ),
        ReadCase("a question that is missing", packet([]), .formatError),
        ReadCase("a question without its class", packet(webQuestion.dropLast()), .formatError),
        ReadCase("trailing octets", packet(webQuestion + [0]), .formatError),
        ReadCase(
            "more records than any query has",
            packet(counts: [1, 17, 0, 0], webQuestion + (0..<17).flatMap { _ in record }),
            .formatError
        ),
        ReadCase(
            "65,535 records that are not there",
            packet(counts: [1, 65_535, 65_535, 65_535], webQuestion),
            .formatError
        ),
    ]

    static let names = [
        ReadCase("the root", packet([0] + tail), .answer),
        ReadCase("a label of 63", packet(name(labels: [63]) + tail), .answer),
        ReadCase("a label of 64", packet(name(labels: [64]) + tail), .formatError),
        ReadCase("255 octets", packet(name(labels: [63, 63, 63, 61]) + tail), .answer),
        ReadCase("256 octets", packet(name(labels: [63, 63, 63, 62]) + tail), .formatError),
        ReadCase(
            "127 labels",
            packet(name(labels: Array(repeating: 1, count: 127)) + tail),
            .answer
        ),
        ReadCase(
            "128 labels",
            packet(name(labels: Array(repeating: 1, count: 128)) + tail),
            .formatError
        ),
        ReadCase("a pointer to itself", packet([0xC0, 0x0C] + tail), .formatError),
        ReadCase("a pointer behind a label", packet([1, 0x61, 0xC0, 0x0C] + tail), .formatError),
        ReadCase("a pointer into the header", packet([0xC0, 0x00] + tail), .formatError),
        ReadCase("an extended label type", packet([0x41, 0x00] + tail), .formatError),
        ReadCase("a label type that is reserved", packet([0x80, 0x00] + tail), .formatError),
        ReadCase("a name without an end", packet([3, 0x61, 0x61, 0x61]), .formatError),
        ReadCase("a label that runs over the end", packet([40, 0x61]), .formatError),
    ]

    static let records = [
        ReadCase("OPT", packet(counts: [1, 0, 0, 1], webQuestion + opt()), .answer),
        ReadCase(
            "two OPT",
            packet(counts: [1, 0, 0, 2], webQuestion + opt() + opt()),
            .formatError
        ),
        ReadCase(
            "OPT in the answer section",
            packet(counts: [1, 1, 0, 0], webQuestion + opt()),
            .formatError
        ),
        ReadCase(
            "OPT in the authority section",
            packet(counts: [1, 0, 1, 0], webQuestion + opt()),
            .formatError
        ),
        ReadCase(
            "OPT at a name",
            packet(counts: [1, 0, 0, 1], webQuestion + [1, 0x61] + opt()),
            .formatError
        ),
        ReadCase(
            "OPT at a pointer",
            packet(counts: [1, 0, 0, 1], webQuestion + [0xC0, 0x0C] + opt().dropFirst()),
            .formatError
        ),
        ReadCase(
            "EDNS version 1",
            packet(counts: [1, 0, 0, 1], webQuestion + opt(version: 1)),
            .badVersion
        ),
        ReadCase(
            "EDNS version 255 with unknown flags and options",
            packet(
                counts: [1, 0, 0, 1],
                webQuestion + opt(version: 255, flags: 0x7FFF, octets("00 64 00 01 00"))
            ),
            .badVersion
        ),
        ReadCase(
            "an unknown option",
            packet(counts: [1, 0, 0, 1], webQuestion + opt(octets("00 64 00 02 01 02"))),
            .answer
        ),
        ReadCase(
            "an option that runs over OPT's end",
            packet(counts: [1, 0, 0, 1], webQuestion + opt(octets("00 64 00 03 01 02"))),
            .formatError
        ),
        ReadCase(
            "half an option",
            packet(counts: [1, 0, 0, 1], webQuestion + opt(octets("00 64 00"))),
            .formatError
        ),
        ReadCase(
            "OPT that runs over the packet's end",
            packet(counts: [1, 0, 0, 1], webQuestion + opt([0, 1, 0, 0]).dropLast()),
            .formatError
        ),
        ReadCase(
            "an answer in a query",
            packet(counts: [1, 1, 0, 0], webQuestion + record),
            .answer
        ),
        ReadCase(
            "a record and OPT",
            packet(counts: [1, 0, 0, 2], webQuestion + record + opt()),
            .answer
        ),
        ReadCase(
            "a record at a pointer to itself",
            packet(counts: [1, 1, 0, 0], webQuestion + [0xC0, 0x1A] + record.dropFirst(2)),
            .formatError
        ),
        ReadCase(
            "a record at a pointer that leads forward",
            packet(counts: [1, 1, 0, 0], webQuestion + [0xC0, 0x20] + record.dropFirst(2)),
            .formatError
        ),
        ReadCase(
            "an address of three octets",
            packet(
                counts: [1, 1, 0, 0],
                webQuestion + octets("00 00 01 00 01 00 00 00 05 00 03 0A 00 00")
            ),
            .formatError
        ),
    ]

    @Test("a packet gets the verdict that the RFCs ask for", arguments: headers + names + records)
    func verdict(_ test: ReadCase) {
        #expect(read(test.packet).verdict == test.verdict)
    }

    @Test func `the name is kept in lower case with the places of its labels`() {
        let query = read(packet(webQuestion))
        #expect(query.name == octets("03 \"web\" 04 \"shop\" 00"))
        #expect(query.labels == [0, 4, 9])
        #expect(query.view.labelCount == 2)
        #expect(query.view.questionEnd == 12 + webQuestion.count)
    }

    @Test func `only ASCII letters change case`() {
        let query = read(packet(octets("06 40 41 5A 5B C1 DA 00 00 01 00 01")))
        #expect(query.name == octets("06 40 61 7A 5B C1 DA 00"))
    }

    @Test func `OPT says the same with and without options`() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<2_000 {
            // The root and OPT; then the payload size, the extended code, the version and flags.
            let head: [UInt8] = [0, 0, 41]
            let fields = (0..<6).map { _ in
                Bool.random(using: &random) ? 0 : UInt8.random(in: .min ... .max, using: &random)
            }
            let question = packet(counts: [1, 0, 0, 1], webQuestion)
            let bare = read(question + head + fields + [0, 0])
            let full = read(question + head + fields + [0, 4, 0xFD, 0xE9, 0, 0])
            #expect(bare.verdict == full.verdict)
            #expect(bare.view.hasEDNS && full.view.hasEDNS)
            #expect(bare.view.udpPayloadOctets == full.view.udpPayloadOctets)
            #expect(bare.view.ednsVersion == full.view.ednsVersion)
            #expect(bare.view.dnssecOK == full.view.dnssecOK)
        }
    }

    @Test func `header and EDNS fields are read`() {
        let options = octets("00 03 00 00")
        let query = read(
            packet(
                flags: 0x0110,
                counts: [1, 0, 0, 1],
                webQuestion + opt(size: 4096, flags: 0x8000, options)
            )
        ).view
        #expect(query.id == 0xBEEF)
        #expect(query.recursionDesired)
        #expect(query.type == 1)
        #expect(query.recordClass == 1)
        #expect(query.hasEDNS)
        #expect(query.dnssecOK)
        #expect(query.wantsIdentifier)
        #expect(query.udpPayloadOctets == 4096)
    }

    @Test(arguments: [0, 1, 511] as [UInt16])
    func `a payload size below 512 counts as 512`(_ size: UInt16) {
        let query = read(packet(counts: [1, 0, 0, 1], webQuestion + opt(size: size)))
        #expect(query.view.udpPayloadOctets == 512)
    }

    @Test func `no prefix of a query is a query`() {
        let whole = packet(counts: [1, 0, 0, 1], webQuestion + opt(octets("00 0A 00 02 01 02")))
        for count in 0..<whole.count {
            let verdict = read(Array(whole[..<count])).verdict
            #expect(verdict == (count < 12 ? .drop : .formatError), "\(count) octets")
        }
    }
}
