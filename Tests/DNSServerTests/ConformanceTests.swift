import DNSWire
import Testing

@testable import DNSServer

/// One check of RFC 8906 §8: what `dig` is told, and what must and must not be in its output.
struct ConformanceCheck: Sendable, CustomTestStringConvertible {
    var section: String
    var arguments: String
    var expected: [String]
    var unexpected: [String]

    var testDescription: String { "§\(section)" }

    init(_ section: String, _ arguments: String, _ expected: [String], not: [String]) {
        self.section = section
        self.arguments = arguments
        self.expected = expected
        unexpected = not
    }
}

@Suite("RFC 8906 §8")
struct ConformanceTests {
    private static let server = Result { try TestServer() }
    private static let noError = "status: NOERROR"
    private static let edns = "EDNS: version: 0,"
    private static let start = "IN\tSOA\t"

    static let checks = [
        ConformanceCheck(
            "8.1.1 the zone exists",
            "+noedns +noad +norec soa",
            [noError, "flags: qr aa;", start],
            not: ["EDNS"]
        ),
        ConformanceCheck(
            "8.1.2 unknown type",
            "+noedns +noad +norec type1000",
            [noError, "flags: qr aa;", "ANSWER: 0"],
            not: ["EDNS"]
        ),
        ConformanceCheck(
            "8.1.3.1 CD",
            "+noedns +noad +norec +cd soa",
            [noError, "flags: qr aa", start],
            not: ["EDNS"]
        ),
        ConformanceCheck(
            "8.1.3.2 AD",
            "+noedns +norec +ad soa",
            [noError, "flags: qr aa;", start],
            not: ["EDNS"]
        ),
        ConformanceCheck(
            "8.1.3.3 the reserved bit",
            "+noedns +noad +norec +zflag soa",
            [noError, "flags: qr aa;", start],
            not: ["EDNS", "MBZ"]
        ),
        ConformanceCheck(
            "8.1.3.4 RD",
            "+noedns +noad +rec soa",
            [noError, "flags: qr aa rd;", start],
            not: ["EDNS"]
        ),
        ConformanceCheck(
            "8.1.4 unknown opcode",
            "+noedns +noad +opcode=15 +norec +header-only",
            ["status: NOTIMP", "opcode: RESERVED15", "flags: qr;", "QUERY: 0"],
            not: ["EDNS", "SOA"]
        ),
        ConformanceCheck(
            "8.2.1 plain EDNS",
            "+nocookie +edns=0 +noad +norec soa",
            [noError, "flags: qr aa;", edns, start],
            not: ["COOKIE"]
        ),
        ConformanceCheck(
            "8.2.2 EDNS version 1",
            "+nocookie +edns=1 +noednsneg +noad +norec soa",
            ["status: BADVERS", "flags: qr;", edns],
            not: ["SOA\t10", start, "COOKIE"]
        ),
        ConformanceCheck(
            "8.2.3 unknown option",
            "+nocookie +edns=0 +noad +norec +ednsopt=100 soa",
            [noError, "flags: qr aa;", edns, start],
            not: ["OPT=100"]
        ),
        ConformanceCheck(
            "8.2.4 unknown flags",
            "+nocookie +edns=0 +noad +norec +ednsflags=0x40 soa",
            [noError, "flags: qr aa;", edns, start],
            not: ["MBZ"]
        ),
        ConformanceCheck(
            "8.2.5 EDNS version 1 and unknown flags",
            "+nocookie +edns=1 +noednsneg +noad +norec +ednsflags=0x40 soa",
            ["status: BADVERS", "flags: qr;", edns],
            not: ["MBZ", start]
        ),
        ConformanceCheck(
            "8.2.6 EDNS version 1 and an unknown option",
            "+nocookie +edns=1 +noednsneg +noad +norec +ednsopt=100 soa",
            ["status: BADVERS", "flags: qr;", edns],
            not: ["OPT=100", start]
        ),
        ConformanceCheck(
            "8.2.7 a small payload size",
            "+nocookie +norec +noad +dnssec +bufsize=512 +ignore dnskey",
            [noError, edns],
            not: ["COOKIE"]
        ),
        ConformanceCheck(
            "8.2.8 DO",
            "+nocookie +edns=0 +noad +norec +dnssec soa",
            [noError, "flags: qr aa;", "EDNS: version: 0, flags: do;", start],
            not: ["COOKIE"]
        ),
        ConformanceCheck(
            "8.2.9 EDNS version 1 and DO",
            "+nocookie +edns=1 +noednsneg +noad +norec +dnssec soa",
            ["status: BADVERS", "EDNS: version: 0, flags: do;"],
            not: [start]
        ),
        ConformanceCheck(
            "8.2.10 several known options",
            "+edns=0 +noad +norec +cookie +nsid +expire +subnet=0.0.0.0/0 soa",
            [noError, "flags: qr aa;", edns, start],
            not: ["COOKIE:", "CLIENT-SUBNET"]
        ),
        ConformanceCheck(
            "a zone that is not served",
            "-q elsewhere.example +noad +norec soa",
            ["status: REFUSED", "flags: qr;", edns],
            not: [start]
        ),
        ConformanceCheck(
            "another class",
            "-c CH +noad +norec txt",
            ["status: REFUSED", "flags: qr;"],
            not: []
        ),
        ConformanceCheck(
            "a zone transfer that is not offered",
            "+noad +norec +tcp -t axfr",
            ["; Transfer failed."],
            not: [start]
        ),
    ]

    @Test("dig finds nothing amiss over UDP and TCP", arguments: checks, ["+notcp", "+tcp"])
    func check(_ check: ConformanceCheck, _ transport: String) throws {
        let server = try Self.server.get()
        let name = check.arguments.contains("-q ") ? "" : "-q cluster.local"
        let place = "@127.0.0.1 -p \(server.address.port) +tries=1 +time=60"
        let output = try run("dig \(place) \(transport) \(name) \(check.arguments) 2>&1")
        for text in check.expected { #expect(output.contains(text), "\(text) in\n\(output)") }
        for text in check.unexpected { #expect(!output.contains(text), "\(text) in\n\(output)") }
    }

    /// Messages that no tool sends: malformed ones are answered FORMERR, never with silence.
    static let malformed: [(name: String, octets: [UInt8], code: ResponseCode)] = {
        let question: [UInt8] = [3, 0x77, 0x65, 0x62, 0, 0, 1, 0, 1]
        func header(_ flags: UInt8, _ counts: [UInt8]) -> [UInt8] {
            [0, 9, flags, 0] + counts.flatMap { [0, $0] }
        }
        return [
            ("no question", header(0, [0, 0, 0, 0]), .formatError),
            ("two questions", header(0, [2, 0, 0, 0]) + question + question, .formatError),
            (
                "a compression loop", header(0, [1, 0, 0, 0]) + [0xC0, 12, 0, 1, 0, 1], .formatError
            ),
            ("trailing octets", header(0, [1, 0, 0, 0]) + question + [1], .formatError),
            ("half a question", header(0, [1, 0, 0, 0]) + question.dropLast(3), .formatError),
            ("a record that is missing", header(0, [1, 0, 0, 1]) + question, .formatError),
            ("STATUS", header(0x10, [0, 0, 0, 0]), .notImplemented),
            ("NOTIFY", header(0x20, [1, 0, 0, 0]) + question, .notImplemented),
            ("UPDATE", header(0x28, [1, 0, 0, 0]) + question, .notImplemented),
        ]
    }()

    @Test(arguments: malformed.indices)
    func `malformed messages are answered`(_ index: Int) throws {
        let server = try Self.server.get()
        let (name, octets, code) = Self.malformed[index]
        for address in server.server.addresses {
            let datagrams = try ClientSocket.udp(address)
            datagrams.send(octets)
            let reply = try Message(decoding: datagrams.receive())
            #expect(reply.header.responseCode == code, "\(name) over UDP")
            #expect(reply.header.id == 9 && reply.header.isResponse)

            let stream = try ClientSocket.tcp(address)
            stream.send(framed(octets))
            let reader = StreamReader(stream)
            let streamed = try Message(decoding: #require(reader.next()))
            #expect(streamed == reply, "\(name) over TCP")
        }
    }

    @Test(arguments: ["", "+tcp", "+ignore +bufsize=512", "+dnssec +cookie=0102030405060708"])
    func `kdig reads the answers`(_ options: String) throws {
        let server = try Self.server.get()
        let place = "@127.0.0.1 -p \(server.address.port) +retry=0 +time=60"
        let output = try run("kdig \(place) \(options) web.shop.svc.cluster.local A 2>&1")
        #expect(output.contains("status: NOERROR"), "\(output)")
        #expect(output.contains("10.96.0.21"), "\(output)")
        #expect(!output.contains("WARNING"), "\(output)")
    }
}
