import Addresses
import Corefile
import DNSWire
import Testing
import ZoneFiles

@testable import Plugins

@Suite("rewrite")
struct RewriteTests {
    /// What the end of the chain was asked, and the reply to the client.
    struct Outcome {
        var asked: Message?
        var reply: ChainFixture.Reply
    }

    /// Sends a question through rules; the end of the chain replies with records.
    private func ask(
        _ rules: String,
        _ name: String,
        _ type: RecordType = .a,
        edns: EDNS? = nil,
        answers: [String] = [],
        code: ResponseCode = .noError
    ) throws -> Outcome {
        let plugin = ScriptedPlugin()
        plugin.metadata = ["scripted/label": "value"]
        plugin.reply.answers = try answers.map { try ResourceRecord(parsing: $0) }
        plugin.reply.header.responseCode = code
        let chain = try ChainFixture("metadata\n\(rules)", zones: ".", behind: [plugin])
        let reply = try chain.ask(
            name,
            type,
            client: try #require(IPAddress("203.0.113.77")),
            edns: edns
        )
        return Outcome(asked: plugin.asked.first, reply: reply)
    }

    @Test(arguments: [
        ("name a.test b.test", "a.test", "b.test."),
        ("name A.Test B.Test", "A.TEST", "b.test."),
        ("name a.test b.test", "x.a.test", "x.a.test."),
        ("name exact a.test. b.test.", "a.test", "b.test."),
        ("name prefix a.b c", "a.b.test", "c.test."),
        ("name prefix a. c.d.", "a.test", "c.d.test."),
        ("name prefix a c", "ab.test", "ab.test."),
        ("name prefix . c", "ab.test", "ab.test."),
        ("name suffix .test .example", "a.b.test", "a.b.example."),
        ("name suffix .test .example", "test", "test."),
        ("name suffix est xample", "a.test", "a.txample."),
        ("name suffix b.test c.example", "ab.test", "ac.example."),
        ("name suffix b.test c.example", "b.a.test", "b.a.test."),
        ("name suffix . .example", "a", "a.example."),
        ("name substring b.c x.y", "ab.c.b.c.test", "ax.y.x.y.test."),
        ("name substring .a. .", "x.a.y", "x.y."),
        ("name substring b x", "abc.test", "abc.test."),
        ("name regex ^(.*)-(.*)[.]test[.]$ {2}.{1}", "a-b.test", "b.a."),
        ("name regex b x", "abc.test", "x."),
        ("name regex B x", "abc.test", "abc.test."),
        ("continue name a.test b.test\nrewrite name b.test c.test", "a.test", "c.test."),
        ("name a.test b.test\nrewrite name b.test c.test", "a.test", "b.test."),
        ("stop name x.test b.test\nrewrite name a.test c.test", "a.test", "c.test."),
        ("stop {\n name regex ^(.*)[.]eu[.]$ {1}\n answer auto\n}", "a.eu", "a."),
    ])
    func `names are replaced`(_ rule: String, _ name: String, _ asked: String) throws {
        let outcome = try ask("rewrite \(rule)", name)
        #expect(outcome.asked?.questions.first?.name.description == asked)
        // The question comes back as it was asked.
        #expect(outcome.reply.message.questions.first?.name.description == "\(name).")
    }

    @Test(arguments: [
        (
            "name a.test b.test", "a.test", ["b.test. 5 IN A 192.0.2.1"],
            ["a.test. 5 IN A 192.0.2.1"]
        ),
        (
            "name a.test b.test", "A.test",
            ["B.TEST. 5 IN CNAME x.b.test.", "x. 5 IN MX 1 b.test."],
            ["a.test. 5 IN CNAME x.b.test.", "x. 5 IN MX 1 a.test."]
        ),
        (
            "name suffix .test .example answer auto", "a.test",
            ["a.example. 5 IN SRV 1 2 3 w.example.", "other. 5 IN NS ns.example."],
            ["a.test. 5 IN SRV 1 2 3 w.test.", "other. 5 IN NS ns.test."]
        ),
        (
            "name suffix .test .example", "a.test", ["a.example. 5 IN A 192.0.2.1"],
            ["a.example. 5 IN A 192.0.2.1"]
        ),
        (
            "name prefix a. b. answer auto", "a.test", ["b.test. 5 IN A 192.0.2.1"],
            ["a.test. 5 IN A 192.0.2.1"]
        ),
        (
            "name regex ^(.*)[.]eu[.]test[.]$ {1}.test answer name ^(.*)[.]test[.]$ {1}.eu.test "
                + "answer value ^(.*)[.]x[.]$ {1}.y",
            "a.eu.test", ["a.test. 5 IN CNAME b.x.", "b.x. 5 IN A 192.0.2.1"],
            ["a.eu.test. 5 IN CNAME b.y.", "b.x. 5 IN A 192.0.2.1"]
        ),
        (
            "continue name a.test b.test\nrewrite name b.test c.test", "a.test",
            ["c.test. 5 IN A 192.0.2.1"], ["a.test. 5 IN A 192.0.2.1"]
        ),
        ("ttl a.test 60", "a.test", ["a.test. 5 IN A 192.0.2.1"], ["a.test. 60 IN A 192.0.2.1"]),
        ("ttl suffix test 10-", "a.test", ["a. 5 IN A 192.0.2.1"], ["a. 10 IN A 192.0.2.1"]),
        ("ttl regex ^a -3", "a.test", ["a. 5 IN A 192.0.2.1"], ["a. 3 IN A 192.0.2.1"]),
        ("ttl prefix a 1-9", "a.test", ["a. 5 IN A 192.0.2.1"], ["a. 5 IN A 192.0.2.1"]),
        ("ttl b.test 60", "a.test", ["a.test. 5 IN A 192.0.2.1"], ["a.test. 5 IN A 192.0.2.1"]),
    ])
    func `replies are made replies to what was asked`(
        _ rule: String,
        _ name: String,
        _ found: [String],
        _ expected: [String]
    ) throws {
        let outcome = try ask("rewrite \(rule)", name, answers: found)
        #expect(outcome.reply.answers.map { $0.lowercased() } == expected.map { $0.lowercased() })
        #expect(outcome.reply.message.questions.first?.name.description == "\(name).")
    }

    @Test(arguments: [
        ("rcode a.test NXDOMAIN NOERROR", ResponseCode.nameError, ResponseCode.noError),
        ("rcode a.test 3 5", .nameError, .refused),
        ("rcode suffix test SERVFAIL NXDOMAIN", .serverFailure, .nameError),
        ("rcode b.test NXDOMAIN NOERROR", .nameError, .nameError),
        ("rcode a.test NXDOMAIN NOERROR", .refused, .refused),
    ])
    func `codes are replaced`(_ rule: String, _ code: ResponseCode, _ expected: ResponseCode) throws
    {
        #expect(try ask("rewrite \(rule)", "a.test", code: code).reply.code == expected)
        // So are those of replies that the server makes.
        let plugin = ScriptedPlugin()
        plugin.disposition = code == .refused ? .refused : .serverFailure
        guard code != .nameError else { return }
        let chain = try ChainFixture("rewrite \(rule)", zones: ".", behind: [plugin])
        #expect(try chain.ask("a.test").code == expected)
    }

    @Test func `type and class are replaced`() throws {
        let rule = "rewrite continue type ANY HINFO\nrewrite class CH IN"
        let outcome = try ask(rule, "a.test", .any)
        #expect(outcome.asked?.questions.first?.type == .hinfo)
        #expect(outcome.reply.message.questions.first?.type == .any)
        #expect(try ask(rule, "a.test", .a).asked?.questions.first?.type == .a)
        let plugin = ScriptedPlugin()
        let chain = try ChainFixture(rule, zones: ".", behind: [plugin])
        let reply = try chain.ask("a.test", .txt, recordClass: .ch)
        #expect(plugin.asked.first?.questions.first?.recordClass == .in)
        #expect(reply.message.questions.first?.recordClass == .ch)
    }

    @Test(
        arguments: [
            ("local set 0xffee 0xCAFE", [], ["65518:cafe"]),
            ("local set 0xffee hi", [(65_518, [1])], ["65518:6869"]),
            ("local append 65518 0x01 revert", [(65_518, [2])], ["65518:02", "65518:01"]),
            ("local replace 65518 0x01", [(65_518, [2])], ["65518:01"]),
            ("local replace 65518 0x01", [(65_519, [2])], ["65519:02"]),
            ("local replace 65518 0x01", [], nil),
            ("local unset 65518", [(65_518, [2]), (9, [])], ["9:"]),
            ("local set 1 {qname}", [], ["1:612e746573742e"]),
            ("local set 1 {qtype}", [], ["1:0001"]),
            ("local set 1 {client_ip}", [], ["1:cb00714d"]),
            ("local set 1 {client_port}", [], ["1:d11f"]),
            ("local set 1 {server_ip}", [], ["1:7f000001"]),
            ("local set 1 {server_port}", [], ["1:0035"]),
            ("local set 1 {protocol}", [], ["1:756470"]),
            ("local set 1 {scripted/label}", [], ["1:76616c7565"]),
            ("local set 1 {scripted/none}", [], nil),
            ("nsid set", [], ["3:"]),
            ("subnet set 24 56", [], ["8:00011800cb0071"]),
            ("subnet set 0 0", [], ["8:00010000"]),
            ("subnet append 24 56", [(8, [0, 1, 0, 0])], ["8:00010000"]),
            ("subnet replace 25 56", [(8, [0, 1, 0, 0])], ["8:00011900cb007100"]),
            ("subnet unset", [(8, [0, 1, 0, 0])], []),
        ] as [(String, [(UInt16, [UInt8])], [String]?)]
    )
    func `options are changed`(
        _ rule: String,
        _ given: [(UInt16, [UInt8])],
        _ expected: [String]?
    ) throws {
        let options = given.map { EDNS.Option(code: OptionCode(rawValue: $0.0), data: $0.1) }
        let edns = given.isEmpty ? nil : EDNS(udpPayloadSize: 1_300, options: options)
        let outcome = try ask("rewrite edns0 \(rule)", "a.test", edns: edns)
        let found = outcome.asked?.edns?.options.map { option in
            let digits = option.data.map { octet in
                let text = String(octet, radix: 16)
                return text.count < 2 ? "0\(text)" : text
            }
            return "\(option.code.rawValue):\(digits.joined())"
        }
        #expect(found == expected)
        // A client without EDNS gets no OPT record, one with it no options of ours.
        #expect(outcome.reply.message.edns?.options.count == edns.map { _ in 0 })
    }

    @Test func `aliases get another target, which is looked up`() throws {
        let plugin = ScriptedPlugin()
        plugin.reply.answers = try [
            "a.test. 5 IN CNAME old.test.", "old.test. 5 IN A 192.0.2.1",
        ].map { try ResourceRecord(parsing: $0) }
        let rules = "rewrite cname old.test new.test\nrewrite ttl a.test 9"
        let chain = try ChainFixture(rules, zones: ".", behind: [plugin])
        chain.resolver.records = [try ResourceRecord(parsing: "new.test. 6 IN A 192.0.2.2")]
        #expect(
            try chain.ask("a.test").answers == [
                "a.test. 5 IN CNAME new.test.", "new.test. 6 IN A 192.0.2.2",
            ]
        )
        #expect(chain.resolver.asked == ["new.test. A 1"])
        plugin.reply.answers[0].data = .cname(try #require(Name("other.test")))
        #expect(try chain.ask("a.test").answers.first == "a.test. 5 IN CNAME other.test.")
        #expect(chain.resolver.asked.count == 1)
    }

    @Test func `a name that is none any more fails`() throws {
        let label = String(repeating: "x", count: 40)
        let rule = "rewrite name regex ^(.*)[.]$ {1}\(label)"
        let outcome = try ask(rule, "\(label).test")
        #expect(outcome.asked?.questions.first?.name.description == "\(label).test\(label).")
        let failed = try ask(rule, "test.\(label)")
        #expect(failed.reply.disposition == .serverFailure)
        #expect(failed.reply.failure?.contains("invalid name after rewrite") == true)
        #expect(failed.asked == nil)
    }

    @Test func `a pattern that takes too long fails`() throws {
        let rule = "rewrite name regex ^(a|a|aa)+(a|a|aa)+(a|aa)+$ x"
        let label = String(repeating: "a", count: 63)
        let outcome = try ask(rule, "\(label).b")
        #expect(outcome.reply.disposition == .serverFailure)
        #expect(outcome.reply.failure?.contains("too many steps") == true)
    }

    @Test func `what the chain says of a changed query is passed on`() throws {
        for disposition in [Disposition.dropped, .refused, .serverFailure] {
            let plugin = ScriptedPlugin()
            plugin.disposition = disposition
            let chain = try ChainFixture("rewrite name a.test b.test", zones: ".", behind: [plugin])
            #expect(try chain.ask("a.test").disposition == disposition)
        }
    }

    @Test func `a query that waits is rewritten and logged once`() throws {
        let chain = try ChainFixture(
            "log . \"{name} {rcode}\"\nerrors\nrewrite name a.test b.test",
            zones: ".",
            behind: [WaitingPlugin()]
        )
        let reply = try chain.ask("a.test")
        #expect(reply.waitCount == 1)
        #expect(reply.answers == ["a.test. 5 IN A 192.0.2.1"])
        #expect(try chain.log() == ["[INFO] a.test. NOERROR"])
    }

    @Test(arguments: [
        "name a", "name some a b", "name regex ( b", "name regex a {1}", "type A", "type A WHAT",
        "class IN XX", "edns0 local", "edns0 local put 1 a", "edns0 local set 65536 a",
        "edns0 local set 1 0xabc", "edns0 local set 1 {what}", "edns0 nsid set a",
        "edns0 subnet set 33 1", "edns0 subnet set 1 129", "ttl a.test -", "ttl a.test 9-1",
        "ttl a.test", "ttl some a 1", "rcode a 1", "rcode a WHAT 1", "cname a", "answer name a b",
        "name regex a b answer", "name regex a b more", "name regex a b answer name a",
        "name regex a b answer auto answer name a b", "name regex a b answer what", "what a b",
        "stop", "{\n}", "name regex a b answer name a {1}",
    ])
    func `what is wrong is told`(_ rule: String) {
        #expect(throws: CorefileErrors.self) { _ = try ChainFixture("rewrite \(rule)") }
    }

    @Test func `a prefix without its dot is warned of`() throws {
        #expect(try ChainFixture("rewrite name prefix a b").context.warnings.count == 1)
        #expect(try ChainFixture("rewrite name prefix a. b").context.warnings.isEmpty)
    }

    @Test func `a probe never says no where its rule says yes`() throws {
        var random = SmallRandom(11, purpose: 2)
        let parts = ["a", "b", ".", "ab", "a.b", ".a", "b."]
        func text() -> String { (0...random.below(3)).map { _ in parts[random.below(7)] }.joined() }
        var count = 0
        for _ in 0..<4_000 {
            let (pattern, name) = (NameCondition.normalized(text()), Name(text()))
            guard let name, !name.isRoot,
                let request = try? Message(
                    header: Header(id: 1),
                    questions: [Question(name: name, type: .a)]
                ).encoded()
            else { continue }
            let conditions: [NameCondition] = [
                .exact(pattern), .prefix(pattern), .suffix(pattern), .substring(pattern),
            ]
            for condition in conditions where try condition.holds(name.description) {
                count += 1
                let probe = RuleProbe(.timeToLive(condition, 0...1))
                #expect(
                    NestedQuery.mayHold(probe, request, name.description),
                    "\(condition) \(name)"
                )
            }
        }
        #expect(count > 100)
    }
}

/// Shows a query to a probe.
private enum NestedQuery {
    static func mayHold(_ probe: RuleProbe, _ request: [UInt8], _ text: String) -> Bool {
        let main = QueryScratch.Storage()
        return unsafe request.withUnsafeBytes { request in
            var query = QueryView()
            precondition(unsafe query.read(request, scratch: main.scratch) == .answer)
            let octets = Array(text.utf8)
            return unsafe octets.withUnsafeBufferPointer { text in
                unsafe probe.mayHold(query, main.scratch, request, text)
            }
        }
    }
}

/// Answers `b.test` when it has waited for it.
///
/// `@unchecked Sendable`: it has no properties.
private final class WaitingPlugin: Plugin, @unchecked Sendable {
    init() { super.init(name: "waiting") }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        let key = ErrandKey(owner: self, octets: Array(transaction.questionName.octets))
        guard transaction.result(of: key, or: { Errand(key: key) }) != nil else { return .waiting }
        var reply = Message(header: Header(id: 0))
        guard let record = try? ResourceRecord(parsing: "b.test. 5 A 192.0.2.1") else {
            return .serverFailure
        }
        reply.answers = [record]
        transaction.write(reply)
        return .written
    }
}
