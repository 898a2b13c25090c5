import DNSWire
import Testing
import ZoneFiles

private func zone(_ text: String, origin: String? = "example.org.") throws -> ZoneFile {
    try ZoneFile(
        parsing: Array(text.utf8),
        file: "test.zone",
        origin: origin.map { try #require(Name($0)) }
    )
}

/// A start of authority on the first line, for tests of what follows it.
private let start = "@ 3600 IN SOA ns1 admin 1 7200 900 1209600 300\n"

@Suite("RFC 1035 §5: zone files")
struct ZoneFileReadingTests {
    @Test func `every form of entry is read`() throws {
        let text = """
            $TTL 1h
            @       IN SOA ns1 admin\\.x (   ; the start
                        2024010101      ; serial
                        2h 15m 2w 5m )
                    NS  ns1
                    NS  ns2.example.net.
            ns1 300 A   192.0.2.1
                IN 60 AAAA 2001:db8::1

            $ORIGIN sub
            www     CNAME @
            $ORIGIN example.org.
            txt     TXT "one; (two)" three "\\"four\\\\" ""
            *.wild  MX  10 mail
            _sip._tcp SRV 0 5 5060 sip.example.org.
            odd     TYPE65280 \\# 3 010203
            known   A \\# 4 C0000205
            utf\\195\\169 0 A 192.0.2.9
            é       A   192.0.2.8
            web     HTTPS 1 . alpn="h2,h3" port=443
            """
        // An origin in mixed case is the same zone.
        let read = try zone(text, origin: "EXAMPLE.org.")
        #expect(read.origin == Name("example.org"))
        #expect(read.start.minimum == 300)
        #expect(
            read.records.map(\.description) == [
                "EXAMPLE.org.\t3600\tIN\tSOA\tns1.EXAMPLE.org. admin\\.x.EXAMPLE.org. "
                    + "2024010101 7200 900 1209600 300",
                "EXAMPLE.org.\t3600\tIN\tNS\tns1.EXAMPLE.org.",
                "EXAMPLE.org.\t3600\tIN\tNS\tns2.example.net.",
                "ns1.EXAMPLE.org.\t300\tIN\tA\t192.0.2.1",
                "ns1.EXAMPLE.org.\t60\tIN\tAAAA\t2001:db8::1",
                "www.sub.EXAMPLE.org.\t3600\tIN\tCNAME\tsub.EXAMPLE.org.",
                "txt.example.org.\t3600\tIN\tTXT\t\"one; (two)\" \"three\" \"\\\"four\\\\\" \"\"",
                "*.wild.example.org.\t3600\tIN\tMX\t10 mail.example.org.",
                "_sip._tcp.example.org.\t3600\tIN\tSRV\t0 5 5060 sip.example.org.",
                "odd.example.org.\t3600\tIN\tTYPE65280\t\\# 3 010203",
                "known.example.org.\t3600\tIN\tA\t192.0.2.5",
                "utf\\195\\169.example.org.\t0\tIN\tA\t192.0.2.9",
                "\\195\\169.example.org.\t3600\tIN\tA\t192.0.2.8",
                "web.example.org.\t3600\tIN\tHTTPS\t1 . alpn=\"h2,h3\" port=443",
            ]
        )
    }

    @Test(arguments: [
        // With $TTL, without, after an explicit one, and before any.
        ("$TTL 5\n@ SOA a b 1 2 3 4 9\nx A 192.0.2.1\n", [5, 5] as [UInt32]),
        ("$TTL 0\n@ SOA a b 1 2 3 4 9\nx A 192.0.2.1\n", [0, 0]),
        ("@ SOA a b 1 2 3 4 9\nx A 192.0.2.1\n", [9, 9]),
        ("@ 7 SOA a b 1 2 3 4 9\nx A 192.0.2.1\n", [7, 7]),
        ("@ SOA a b 1 2 3 4 9\nx 7 A 192.0.2.1\ny A 192.0.2.2\n", [9, 7, 7]),
        ("@ 0 SOA a b 1 2 3 4 9\n$TTL 1w1d1h1m1s\nx A 192.0.2.1\n", [0, 694_861]),
    ])
    func `a missing TTL is that of $TTL, of the record before, or the SOA minimum`(
        text: String,
        expected: [UInt32]
    ) throws {
        #expect(try zone(text).records.map(\.timeToLive) == expected)
    }

    @Test func `without a given origin the zone is where its SOA record is`() throws {
        let read = try zone("$ORIGIN x.test.\n\(start)\n", origin: nil)
        #expect(read.origin == Name("x.test"))
        #expect(try zone("y.test. 1 IN SOA a. b. 1 2 3 4 5", origin: nil).origin == Name("y.test"))
    }

    @Test func `carriage returns, tabs and a missing last newline do not matter`() throws {
        let read = try zone(
            "\(start.dropLast())\r\nwww\t60\tIN\tA\t192.0.2.1\t; end\r\n\r\nx 1 A 192.0.2.2"
        )
        #expect(read.records.count == 3)
    }

    @Test func `equal records are kept once and the SOA record comes first`() throws {
        let read = try zone("www 60 A 192.0.2.1\nWWW 60 A 192.0.2.1\n\(start)")
        #expect(read.records.map(\.type) == [.soa, .a])
    }

    @Test func `long text is read up to the limit and refused beyond it`() throws {
        let string = "\"" + String(repeating: "x", count: 250) + "\" "
        let read = try zone(start + "t TXT " + String(repeating: string, count: 200) + "\n")
        guard case .txt(let strings) = read.records[1].data else {
            Issue.record("not TXT")
            return
        }
        #expect(strings.count == 200)
        let error = #expect(throws: ZoneFileError.self) {
            try zone(start + "t TXT " + String(repeating: string, count: 300) + "\n")
        }
        #expect(error?.problem == .entryTooLong)
        #expect(error?.line == 2)
    }
}

@Suite("Zone files with mistakes")
struct ZoneFileErrorTests {
    private static let zoneName = Name("example.org.") ?? .root

    /// What follows the SOA record on the first line, the line of the mistake, and the mistake.
    static let mistakes: [(text: String, line: Int?, problem: ZoneFileError.Problem)] = [
        ("$INCLUDE other.zone\n", 2, .includeRefused),
        ("\n\n$include other.zone x.\n", 4, .includeRefused),
        ("$GENERATE 1-10 host$ A 192.0.2.$\n", 2, .unknownDirective("$GENERATE")),
        ("$TTL\n", 2, .badDirective("$TTL")),
        ("$ORIGIN a b\n", 2, .badDirective("$ORIGIN")),
        ("$TTL never\n", 2, .badTimeToLive("never")),
        ("$ORIGIN a..b\n", 2, .badName("a..b", .emptyLabel)),
        ("x 2147483648 A 192.0.2.1\n", 2, .badTimeToLive("2147483648")),
        ("x 99999999999999999999999 A 192.0.2.1\n", 2, .badTimeToLive("99999999999999999999999")),
        ("x 5q A 192.0.2.1\n", 2, .badTimeToLive("5q")),
        ("x CH TXT hello\n", 2, .classNotInternet("CH")),
        ("x\n", 2, .noType),
        ("x IN\n", 2, .noType),
        ("x QUUX data\n", 2, .unknownType("QUUX")),
        ("x AXFR data\n", 2, .unknownType("AXFR")),
        ("x OPT \\# 0\n", 2, .unknownType("OPT")),
        ("a..b A 192.0.2.1\n", 2, .badName("a..b", .emptyLabel)),
        ("\n; comment\nx TXT \"open\ny A 192.0.2.1\n", 4, .openQuote),
        ("x TXT (\n \"a\"\n", 2, .unbalancedParenthesis),
        ("x TXT a )\n", 2, .unbalancedParenthesis),
        ("x TXT a\u{0}b\n", 2, .zeroOctet),
        (
            "y.example.net. A 192.0.2.1\n", 2,
            .outsideZone(Name("y.example.net") ?? .root, zone: zoneName)
        ),
        ("@ SOA a b 1 2 3 4 5\n", 2, .secondStart),
        ("sub SOA a b 1 2 3 4 5\n", 2, .secondStart),
        ("x CNAME y\nx A 192.0.2.1\n", 3, .aliasWithOthers(Name("x.example.org") ?? .root)),
        ("x A 192.0.2.1\n\nx CNAME y\n", 4, .aliasWithOthers(Name("x.example.org") ?? .root)),
        ("x CNAME y\nX CNAME z\n", 3, .aliasWithOthers(Name("x.example.org") ?? .root)),
        ("@ CNAME y\n", 2, .aliasWithOthers(zoneName)),
    ]

    @Test(arguments: mistakes)
    func `a mistake is told with its line`(
        text: String,
        line: Int?,
        problem: ZoneFileError.Problem
    ) throws {
        let error = #expect(throws: ZoneFileError.self) { try zone(start + text) }
        #expect(error == ZoneFileError(file: "test.zone", line: line, problem: problem))
    }

    @Test(arguments: [
        ("x A 10.0.0.256", RecordType.a), ("x A", .a), ("x A 192.0.2.1 192.0.2.2", .a),
        ("x AAAA 2001:::1", .aaaa), ("x MX mail", .mx), ("x MX 70000 mail", .mx),
        ("x MX -1 mail", .mx),
        ("x SRV 0 0 65536 a", .srv), ("x TLSA 256 0 0 00", .tlsa), ("x CAA 300 issue \"a\"", .caa),
        ("x SOA a b 4294967296 1 1 1 1", .soa),
        ("x SRV 0 0 443", .srv), ("x TXT", .txt), ("x CAA 0 issue", .caa),
        ("x TXT \"\(String(repeating: "x", count: 256))\"", .txt),
        ("x TYPE65280 \\# 2 01", RecordType(rawValue: 65_280)),
        ("x TYPE65280 data", RecordType(rawValue: 65_280)),
        ("x CNAME a..b", .cname), ("x HTTPS 1 . port=99999", .https), ("x DS 1 8 2 zz", .ds),
        ("x A \\# 3 010203", .a),
    ])
    func `data that does not fit its type is told with its line and an example`(
        text: String,
        type: RecordType
    ) throws {
        let error = #expect(throws: ZoneFileError.self) { try zone(start + "\n" + text + "\n") }
        guard case .badData(let found, let excerpt, _)? = error?.problem else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found == type)
        #expect(excerpt.utf8.count <= 64)
        #expect(error?.line == 3)
        #expect(error?.description.hasPrefix("test.zone:3: ") == true)
    }

    @Test(
        arguments: [
            ("", nil, ZoneFileError.Problem.noStart),
            ("; nothing\n\n", nil, .noStart),
            ("x 60 A 192.0.2.1\n", nil, .noStart),
            (" A 192.0.2.1\n", 1, .noOwner),
            ("@ SOA a b 1 2 3 4\n", 1, nil),
        ] as [(String, Int?, ZoneFileError.Problem?)]
    )
    func `a file without a good start is refused`(
        text: String,
        line: Int?,
        problem: ZoneFileError.Problem?
    ) throws {
        let error = #expect(throws: ZoneFileError.self) { try zone(text) }
        #expect(error?.line == line)
        if let problem { #expect(error?.problem == problem) }
    }

    @Test func `an SOA record elsewhere than at the given zone is refused`() throws {
        let error = #expect(throws: ZoneFileError.self) {
            try zone("sub 1 SOA a b 1 2 3 4 5\n")
        }
        #expect(error?.line == 1)
        #expect(
            error?.problem
                == .startElsewhere(
                    found: try #require(Name("sub.example.org")),
                    expected: Self.zoneName
                )
        )
    }

    @Test func `a relative name without origin is refused`() {
        let error = #expect(throws: ZoneFileError.self) { try zone("\n" + start, origin: nil) }
        #expect(error?.problem == .noOrigin("@"))
        #expect(error?.line == 2)
        #expect(throws: ZoneFileError.self) {
            try zone("x\\. 1 IN SOA a. b. 1 2 3 4 5", origin: nil)
        }
    }

    @Test func `a file that cannot be read is told with the system's reason`() {
        let error = #expect(throws: ZoneFileError.self) {
            try ZoneFile(contentsOf: "/nonexistent/zone")
        }
        #expect(error?.problem == .unreadable("No such file or directory"))
        let folder = #expect(throws: ZoneFileError.self) { try ZoneFile(contentsOf: "/") }
        #expect(folder?.problem == .unreadable("Is a directory"))
    }

    @Test func `random text is read or refused`() throws {
        let pieces = [
            "@", " ", "\n", "(", ")", "\"", ";", "\\", "$ORIGIN", "$TTL", "A", "TXT", "IN", "60",
            "192.0.2.1", "x", ".", "\t", "\\#", "\u{0}", "é", "SOA", "MX", "\\300", "CNAME",
            "HTTPS", "alpn=", "1",
        ]
        var state: UInt64 = 42
        for _ in 0..<4_000 {
            var text = start
            for _ in 0..<20 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int(state >> 33) % pieces.count]
                if state >> 60 < 8 { text += " " }
            }
            _ = try? zone(text)
        }
    }
}
