import DNSWire
import Testing
import ZoneFiles

private let text = """
    $ORIGIN example.org.
    $TTL 3600
    @ SOA ns1 admin 1 7200 900 1209600 300
    @ NS ns1
    @ NS ns.other.test.
    @ MX 10 mail
    ns1 A 192.0.2.1
    ns1 AAAA 2001:db8::1
    mail A 192.0.2.2
    WWW 60 A 192.0.2.3
    www 90 A 192.0.2.4
    alias CNAME www
    chain CNAME alias
    out CNAME host.other.test.
    gone CNAME missing
    nodata CNAME mail
    loop CNAME loop
    ring1 CNAME ring2
    ring2 CNAME ring1
    a1 CNAME a2
    a2 CNAME a3
    a3 CNAME a4
    a4 CNAME a5
    a5 CNAME a6
    a6 CNAME a7
    a7 CNAME a8
    a8 CNAME a9
    a9 CNAME www
    deep.empty.terminal A 192.0.2.5
    *.wild A 192.0.2.6
    *.wild TXT "any"
    there.wild A 192.0.2.7
    below.there.wild A 192.0.2.8
    *.wildalias CNAME www
    _web._tcp SRV 0 5 443 www
    child NS ns.child
    child NS ns.other.test.
    child DS 1 8 2 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF
    ns.child A 192.0.2.9
    old DNAME new.example.org.
    host.new A 192.0.2.10
    away DNAME other.test.
    tochild CNAME x.child
    """

private func name(_ text: String) -> Name {
    (try? Name(parsing: text, origin: Name(parsing: "example.org."))) ?? .root
}

private let zone = Result {
    try StaticZone(ZoneFile(parsing: Array(text.utf8), file: "test.zone"))
}

/// A question and all that is expected of its answer; records are written short.
struct ZoneCase: Sendable, CustomTestStringConvertible {
    var question: String
    var type: RecordType = .a
    var outcome: ZoneAnswer.Outcome = .answer
    var answers: [String] = []
    var authorities: [String] = []
    var additionals: [String] = []
    var unresolved: String?
    var testDescription: String { "\(question) \(type)" }

    static let start =
        "example.org. 300 IN SOA ns1.example.org. admin.example.org. 1 7200 900 1209600 300"
    static let www = [
        "WWW.example.org. 60 IN A 192.0.2.3", "www.example.org. 60 IN A 192.0.2.4",
    ]
    static let negative = [start]
}

@Suite("RFC 1034 §4.3.2: answers from a zone")
struct StaticZoneTests {
    static let cases: [ZoneCase] = [
        ZoneCase(question: "www", answers: ZoneCase.www),
        ZoneCase(question: "wWw", answers: ZoneCase.www),
        ZoneCase(question: "www", type: .aaaa, outcome: .noData, authorities: ZoneCase.negative),
        ZoneCase(question: "missing", outcome: .nameError, authorities: ZoneCase.negative),
        ZoneCase(question: "x.www", outcome: .nameError, authorities: ZoneCase.negative),
        ZoneCase(question: "@", outcome: .noData, authorities: ZoneCase.negative),
        ZoneCase(
            question: "@",
            type: .ns,
            answers: [
                "example.org. 3600 IN NS ns1.example.org.",
                "example.org. 3600 IN NS ns.other.test.",
            ],
            additionals: [
                "ns1.example.org. 3600 IN A 192.0.2.1", "ns1.example.org. 3600 IN AAAA 2001:db8::1",
            ]
        ),
        ZoneCase(
            question: "@",
            type: .mx,
            answers: ["example.org. 3600 IN MX 10 mail.example.org."],
            additionals: ["mail.example.org. 3600 IN A 192.0.2.2"]
        ),
        ZoneCase(
            question: "_web._tcp",
            type: .srv,
            answers: ["_web._tcp.example.org. 3600 IN SRV 0 5 443 www.example.org."],
            additionals: ZoneCase.www
        ),
        ZoneCase(
            question: "ns1",
            type: .any,
            answers: [
                "ns1.example.org. 3600 IN A 192.0.2.1", "ns1.example.org. 3600 IN AAAA 2001:db8::1",
            ]
        ),
        ZoneCase(question: "other.test.", outcome: .outsideZone),
        ZoneCase(question: "org.", outcome: .outsideZone),
        // Empty non-terminals (RFC 8020).
        ZoneCase(question: "terminal", outcome: .noData, authorities: ZoneCase.negative),
        ZoneCase(question: "empty.terminal", outcome: .noData, authorities: ZoneCase.negative),
        ZoneCase(question: "x.terminal", outcome: .nameError, authorities: ZoneCase.negative),
        ZoneCase(question: "_tcp", outcome: .noData, authorities: ZoneCase.negative),
    ]

    static let aliases: [ZoneCase] = [
        ZoneCase(
            question: "chain",
            answers: [
                "chain.example.org. 3600 IN CNAME alias.example.org.",
                "alias.example.org. 3600 IN CNAME www.example.org.",
            ] + ZoneCase.www
        ),
        ZoneCase(
            question: "alias",
            type: .cname,
            answers: ["alias.example.org. 3600 IN CNAME www.example.org."]
        ),
        ZoneCase(
            question: "out",
            answers: ["out.example.org. 3600 IN CNAME host.other.test."],
            unresolved: "host.other.test."
        ),
        // The code is that of the last name (RFC 6604).
        ZoneCase(
            question: "gone",
            outcome: .nameError,
            answers: ["gone.example.org. 3600 IN CNAME missing.example.org."],
            authorities: ZoneCase.negative
        ),
        ZoneCase(
            question: "nodata",
            type: .aaaa,
            outcome: .noData,
            answers: ["nodata.example.org. 3600 IN CNAME mail.example.org."],
            authorities: ZoneCase.negative
        ),
        ZoneCase(
            question: "loop",
            answers: ["loop.example.org. 3600 IN CNAME loop.example.org."]
        ),
        ZoneCase(
            question: "ring1",
            answers: [
                "ring1.example.org. 3600 IN CNAME ring2.example.org.",
                "ring2.example.org. 3600 IN CNAME ring1.example.org.",
            ]
        ),
        // DNAME (RFC 6672 §3.1).
        ZoneCase(
            question: "host.old",
            answers: [
                "old.example.org. 3600 IN DNAME new.example.org.",
                "host.old.example.org. 3600 IN CNAME host.new.example.org.",
                "host.new.example.org. 3600 IN A 192.0.2.10",
            ]
        ),
        ZoneCase(
            question: "x.away",
            answers: [
                "away.example.org. 3600 IN DNAME other.test.",
                "x.away.example.org. 3600 IN CNAME x.other.test.",
            ],
            unresolved: "x.other.test."
        ),
        ZoneCase(question: "old", outcome: .noData, authorities: ZoneCase.negative),
        ZoneCase(
            question: "tochild",
            outcome: .delegation,
            answers: ["tochild.example.org. 3600 IN CNAME x.child.example.org."],
            authorities: delegation,
            additionals: glue
        ),
    ]

    static let delegation = [
        "child.example.org. 3600 IN NS ns.child.example.org.",
        "child.example.org. 3600 IN NS ns.other.test.",
        "child.example.org. 3600 IN DS 1 8 2 "
            + "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF",
    ]
    static let glue = ["ns.child.example.org. 3600 IN A 192.0.2.9"]

    static let delegations: [ZoneCase] = [
        ZoneCase(
            question: "child",
            type: .ns,
            outcome: .delegation,
            authorities: delegation,
            additionals: glue
        ),
        ZoneCase(
            question: "a.b.child",
            outcome: .delegation,
            authorities: delegation,
            additionals: glue
        ),
        ZoneCase(
            question: "ns.child",
            outcome: .delegation,
            authorities: delegation,
            additionals: glue
        ),
        ZoneCase(question: "child", type: .ds, answers: [delegation[2]]),
    ]

    static let wildcards: [ZoneCase] = [
        ZoneCase(question: "x.wild", answers: ["x.wild.example.org. 3600 IN A 192.0.2.6"]),
        ZoneCase(question: "x.y.wild", answers: ["x.y.wild.example.org. 3600 IN A 192.0.2.6"]),
        ZoneCase(question: "*.wild", answers: ["*.wild.example.org. 3600 IN A 192.0.2.6"]),
        ZoneCase(question: "x.wild", type: .mx, outcome: .noData, authorities: ZoneCase.negative),
        ZoneCase(question: "wild", outcome: .noData, authorities: ZoneCase.negative),
        // A name that exists is not the wildcard's, nor is anything below it.
        ZoneCase(
            question: "there.wild",
            type: .txt,
            outcome: .noData,
            authorities: ZoneCase.negative
        ),
        ZoneCase(question: "x.there.wild", outcome: .nameError, authorities: ZoneCase.negative),
        ZoneCase(
            question: "x.wildalias",
            answers: ["x.wildalias.example.org. 3600 IN CNAME www.example.org."] + ZoneCase.www
        ),
    ]

    @Test(arguments: cases + aliases + delegations + wildcards)
    func `a question has its answer`(expected: ZoneCase) throws {
        let answer = try zone.get().lookup(name(expected.question), expected.type)
        let short = { (records: [ResourceRecord]) in
            records.map { $0.description.split(separator: "\t").joined(separator: " ") }
        }
        #expect(answer.outcome == expected.outcome)
        #expect(short(answer.answers) == expected.answers)
        #expect(short(answer.authorities) == expected.authorities)
        #expect(short(answer.additionals) == expected.additionals)
        #expect(answer.unresolvedTarget == expected.unresolved.flatMap { Name($0) })
    }

    @Test func `a long chain of aliases is followed eight times`() throws {
        let answer = try zone.get().lookup(name("a1"), .a)
        #expect(answer.outcome == .answer)
        #expect(answer.answers.count == ZoneFileLimits.aliasCountMax + 1)
        #expect(answer.answers.allSatisfy { $0.type == .cname })
        #expect(try zone.get().lookup(name("a2"), .a).answers.count == 8 + 2)
    }

    @Test func `a DNAME that makes a name too long is YXDOMAIN`() throws {
        let label = String(repeating: "x", count: 63)
        let long = "\(label).\(label).\(label).\(String(repeating: "y", count: 45))"
        let deep = try StaticZone(
            ZoneFile(
                parsing: Array("@ 1 IN SOA a. b. 1 2 3 4 5\no 1 DNAME longer.name.test.".utf8),
                file: "t",
                origin: Name("t.")
            )
        )
        let answer = deep.lookup(try #require(Name("\(long).o.t.")), .a)
        #expect(answer.outcome == .aliasTooLong)
        #expect(answer.responseCode == .nameExists)
        #expect(answer.answers.map(\.type) == [.dname])
    }

    @Test func `codes and flags follow from the outcome`() throws {
        let zone = try zone.get()
        #expect(zone.lookup(name("missing"), .a).responseCode == .nameError)
        #expect(zone.lookup(name("www"), .aaaa).responseCode == .noError)
        #expect(zone.lookup(name("www"), .a).isAuthoritative)
        #expect(!zone.lookup(name("child"), .a).isAuthoritative)
        #expect(zone.lookup(name("child"), .a).needsAdditionals)
        #expect(zone.lookup(name("tochild"), .a).isAuthoritative)
        #expect(zone.lookup(.root, .a).responseCode == .refused)
    }
}
