import Addresses
import DNSWire
import Testing
import ZoneFiles

private func record(_ line: String) throws -> ResourceRecord { try ResourceRecord(parsing: line) }

private func records(_ count: Int, owner: String) throws -> [ResourceRecord] {
    try (0..<count).map { try record("\(owner) 5 IN A 192.0.2.\($0)") }
}

@Suite("RFC 1035 §4.1.4, RFC 3597 §4: compression when writing")
struct CompressionTests {
    private let question = Question(name: Name("web.shop.svc.cluster.local") ?? .root, type: .a)

    private func octetCount(_ line: String) throws -> Int {
        let empty = Message(header: Header(id: 1), questions: [question])
        var message = empty
        message.answers = [try record(line)]
        return try message.encoded().count - empty.encoded().count
    }

    @Test(arguments: [
        // An owner in the question costs a pointer, in any case of letters.
        ("web.shop.svc.cluster.local. 5 IN A 192.0.2.1", 16),
        ("WEB.shop.SVC.cluster.local. 5 IN A 192.0.2.1", 16),
        ("other.shop.svc.cluster.local. 5 IN A 192.0.2.1", 22),
        // Names in data of RFC 1035 are compressed, others are not.
        (". 5 IN CNAME shop.svc.cluster.local.", 13), (". 5 IN NS a.local.", 15),
        (". 5 IN PTR local.", 13), (". 5 IN MX 1 local.", 15),
        (". 5 IN SOA local. a.local. 1 2 3 4 5", 37),
        (". 5 IN SRV 1 2 3 local.", 24), (". 5 IN DNAME local.", 18),
        (". 5 IN HTTPS 1 local.", 20), (". 5 IN NAPTR 1 2 \"\" \"\" \"\" local.", 25),
        (". 5 IN NSEC local. A", 21),
    ])
    func `a name costs a pointer only where it may`(line: String, count: Int) throws {
        #expect(try octetCount(line) == count)
    }

    @Test func `labels that look like pointers are compared as labels`() throws {
        let odd = try Name(labels: [[0xC0, 0x0C], [0xFF, 0xFF, 0xFF]])
        let other = try Name(labels: [[0xC0, 0x0C], [0xFF, 0xFF, 0xFE]])
        let message = Message(
            header: Header(id: 1),
            questions: [Question(name: odd, type: .a)],
            answers: [
                ResourceRecord(name: odd, timeToLive: 1, data: .ns(other)),
                ResourceRecord(name: other, timeToLive: 1, data: .ns(odd)),
            ]
        )
        #expect(try Message(decoding: message.encoded()) == message)
    }

    @Test func `names beyond the reach of pointers are written in full`() throws {
        var message = Message(header: Header(id: 1), questions: [question])
        // Each owner twice, so that the second could be a pointer to the first.
        message.answers = try (0..<1_200).map { index in
            try record("n\(index / 2).far.away.test. 5 IN CNAME t\(index).svc.cluster.local.")
        }
        let wire = try message.encoded()
        #expect(wire.count > 0x4000)
        #expect(try Message(decoding: wire) == message)
        #expect(OracleMessage(reading: wire)?.answers.count == 1_200)
    }
}

@Suite("RFC 2181 §9: truncation")
struct TruncationTests {
    /// Two answer sets, servers, and their addresses.
    private func message() throws -> Message {
        Message(
            header: Header(id: 1, flags: 0x8400),
            questions: [Question(name: try #require(Name("a.test")), type: .a)],
            answers: try [record("a.test. 5 IN CNAME b.test.")] + records(5, owner: "b.test."),
            authorities: [
                try record("test. 5 IN NS n1.test."), try record("test. 5 IN NS n2.test."),
            ],
            additionals: try records(2, owner: "n1.test.") + [record("n2.test. 5 IN A 192.0.2.1")],
            edns: EDNS(options: [.init(code: .nsid, data: Array("node".utf8))])
        )
    }

    @Test func `at every limit whole sets are left out, the least needed first`() throws {
        let message = try message()
        let whole = try message.encoded()
        let least = 12 + 12 + 11 + 8
        #expect(throws: WireError.noRoom) { try message.encoded(limit: least - 1) }
        var previous = 0
        for limit in least...(whole.count + 5) {
            let wire = try message.encoded(limit: limit)
            #expect(wire.count <= limit)
            #expect(wire.count >= previous, "more room never loses a record")
            previous = wire.count
            let cut = try Message(decoding: wire)
            #expect(cut.edns == message.edns)
            #expect(cut.questions == message.questions)
            // Whole sets, each section a prefix, later sections only after earlier ones.
            #expect([0, 1, 6].contains(cut.answers.count))
            #expect(cut.answers == Array(message.answers.prefix(cut.answers.count)))
            #expect([0, 2].contains(cut.authorities.count))
            if cut.answers.count < 6 { #expect(cut.authorities.isEmpty) }
            if cut.authorities.isEmpty { #expect(cut.additionals.isEmpty) }
            #expect([0, 1, 2, 3].contains(cut.additionals.count))
            let isCut = cut.answers.count < 6 || cut.authorities.count < 2
            #expect(cut.header.isTruncated == isCut)
        }
        #expect(try message.encoded(limit: whole.count) == whole)
    }

    @Test func `glue that is left out sets TC if it is needed`() throws {
        let message = try message()
        let whole = try message.encoded().count
        let cut = try Message(decoding: message.encoded(limit: whole - 1, needsAdditionals: true))
        #expect(cut.header.isTruncated)
        #expect(cut.additionals.count < 3)
        let optional = try Message(decoding: message.encoded(limit: whole - 1))
        #expect(!optional.header.isTruncated)
    }

    @Test func `a set that is scattered, or signed, is left out as one`() throws {
        var message = Message(header: Header(id: 1, flags: 0x8400))
        let signature =
            "b.test. 5 IN RRSIG A 13 2 5 20300101000000 20200101000000 1 test. AAAABBBBCCCCDDDD"
        message.answers =
            try [record("b.test. 5 IN A 192.0.2.1"), record("c.test. 5 IN TXT x")]
            + [record(signature)]
        let whole = try message.encoded().count
        let cut = try Message(decoding: message.encoded(limit: whole - 1))
        #expect(cut.answers.isEmpty)
        #expect(cut.header.isTruncated)
    }

    @Test func `nothing points to what was left out`() throws {
        var message = Message(header: Header(id: 1, flags: 0x8400))
        message.additionals = try records(30, owner: "big.only-here.test.")
        message.additionals.append(try record("small.only-here.test. 5 IN A 192.0.2.1"))
        let cut = try Message(decoding: message.encoded(limit: 60))
        #expect(cut.additionals == [message.additionals[30]])
        #expect(!cut.header.isTruncated)
    }

    @Test func `five thousand records of one set leave none and TC`() throws {
        var message = try message()
        message.answers = (0..<5_000).map { index in
            ResourceRecord(
                name: message.questions[0].name,
                timeToLive: 5,
                data: .address(IPAddress(ipv4: UInt32(0x0A00_0000 + index)))
            )
        }
        let cut = try Message(decoding: message.encoded(limit: 1_232))
        #expect(cut.answers.isEmpty && cut.header.isTruncated)
        let wire = try message.encoded()
        #expect(wire.count <= 65_535)
        #expect(wire.count == 12 + 12 + 11 + 8)
        message.answers.removeLast(1_000)
        #expect(try Message(decoding: message.encoded()).answers.count == 4_000)
    }

    @Test func `a value without a place on the wire is an error, not a truncation`() throws {
        var message = try message()
        for data in [
            RecordData.txt([Array(repeating: 0, count: 256)]), .txt([]), .unknown(.opt, []),
            .caa(CertificationAuthority(flags: 0, tag: [], value: [])),
        ] {
            message.answers = [ResourceRecord(name: .root, timeToLive: 1, data: data)]
            #expect(throws: WireError.self) { try message.encoded() }
        }
    }
}

@Suite("Making messages")
struct MessageTests {
    @Test func `a reply repeats what it must and announces its own payload size`() throws {
        var query = Message(
            header: Header(id: 77, flags: 0x0130),
            questions: [Question(name: try #require(Name("X.test")), type: .aaaa)],
            edns: EDNS(
                udpPayloadSize: 4_096,
                isDNSSECOK: true,
                options: [.init(code: .cookie, data: [1])]
            )
        )
        let reply = Message(replyingTo: query, responseCode: .badVersion)
        #expect(reply.header.flags == 0x8110)
        #expect(reply.header.id == 77)
        #expect(reply.questions == query.questions)
        #expect(reply.edns == EDNS(udpPayloadSize: 1_232, isDNSSECOK: true))
        #expect(try Message(decoding: reply.encoded()).header.responseCode == .badVersion)
        query.edns = nil
        #expect(Message(replyingTo: query).edns == nil)
    }

    @Test func `every word of flags survives the header`() {
        for flags in 0...UInt16.max {
            #expect(Header(id: 1, flags: flags).flags == flags)
        }
    }

    @Test func `text longer than a string is cut into several`() {
        #expect(RecordData.text("") == .txt([[]]))
        #expect(RecordData.text("1.1.0") == .txt([Array("1.1.0".utf8)]))
        guard case .txt(let strings) = RecordData.text(String(repeating: "x", count: 600)) else {
            return
        }
        #expect(strings.map(\.count) == [255, 255, 90])
    }
}
