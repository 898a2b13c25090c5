import Addresses
import Corefile
import DNSWire
import Metrics
import Plugins
import Testing
import ZoneFiles

@Suite("template")
struct TemplateTests {
    /// A block with one directive.
    private func block(_ head: String, _ lines: [String]) -> String {
        "metadata\ntemplate \(head) {\n\(lines.joined(separator: "\n"))\n}"
    }

    private func chain(_ head: String, _ lines: [String]) throws -> (ChainFixture, ScriptedPlugin) {
        let plugin = ScriptedPlugin()
        plugin.metadata = ["scripted/label": "told"]
        plugin.reply.header.responseCode = .nameExists
        return (try ChainFixture(block(head, lines), zones: ".", behind: [plugin]), plugin)
    }

    @Test(arguments: [
        (#""{{ .Name }} 60 IN A 192.0.2.1""#, "a-7.x.test. 60 IN A 192.0.2.1"),
        (#""{{ .Name }} A 192.0.2.1""#, "a-7.x.test. 3600 IN A 192.0.2.1"),
        (
            #""{{ .Name }} 1 IN TXT \"{{ .Type }} {{ .Class }} {{ .Zone }} {{ .Remote }}\"""#,
            #"a-7.x.test. 1 IN TXT "A IN test. 127.0.0.1""#
        ),
        (#""{{ .Name }} 1 A 192.0.2.{{ index .Match 2 }}""#, "a-7.x.test. 1 IN A 192.0.2.7"),
        (#""{{ .Name }} 1 A 192.0.2.{{ .Group.digit }}""#, "a-7.x.test. 1 IN A 192.0.2.7"),
        (#""{{ .Name }} 1 TXT \"{{ index .Group \"1\" }}\"""#, #"a-7.x.test. 1 IN TXT "a""#),
        (
            #""{{ .Name }} 1 TXT {{ .Meta \"scripted/label\" }}{{ .Meta \"no/thing\" }}""#,
            #"a-7.x.test. 1 IN TXT "told""#
        ),
        (
            #""{{ .Name }} 1 TXT {{ .Question.Name }}{{ .Question.Qtype }}/{{ .Message.Id }}""#,
            #"a-7.x.test. 1 IN TXT "A-7.X.test.1/4711""#
        ),
        (
            #""{{ .Name }} 1 TXT {{ .Var.sum }}-{{ parseInt \"1f\" 16 8 }}""#,
            #"a-7.x.test. 1 IN TXT "39-31""#
        ),
    ])
    func `records are made of the question`(_ answer: String, _ expected: String) throws {
        let (chain, _) = try chain(
            "IN A test",
            [
                "match \"^(a)-(?P<digit>[0-9])[.]x[.]\"", "var sum size() + len(name())",
                "answer \(answer)",
            ]
        )
        let reply = try chain.ask("A-7.X.test")
        // The owner points at the question, hence has its case.
        let owner = "A-7.X.test."
        #expect(reply.answers == [owner + expected.dropFirst(owner.count)])
        #expect(reply.message.header.isAuthoritative)
        #expect(reply.failure == nil)
    }

    @Test func `each section has its records`() throws {
        let (chain, _) = try chain(
            "ANY ANY",
            [
                #"answer "a. 1 A 192.0.2.1" "b. 1 A 192.0.2.2""#, #"answer "c. 1 A 192.0.2.3""#,
                #"additional "d. 1 A 192.0.2.4""#, #"authority "e. 1 NS f.""#, "rcode NXDOMAIN",
                #"answer "{{ if eq .Type \"MX\" }}m. 1 MX 1 n.{{ end }}""#,
                #"ederror 21 "not here""#,
            ]
        )
        let reply = try chain.ask("x", .txt, edns: EDNS())
        #expect(reply.code == .nameError)
        #expect(reply.message.answers.map(\.name.description) == ["a.", "b.", "c."])
        #expect(reply.additionals == ["d. 1 IN A 192.0.2.4"])
        #expect(reply.authorities == ["e. 1 IN NS f."])
        let option = try #require(reply.message.edns?.option(.extendedError))
        #expect(option == [0, 21] + Array("not here".utf8))
        #expect(try chain.ask("x", .mx).message.answers.count == 4)
        #expect(try chain.ask("x", .mx).message.edns == nil)
    }

    @Test(arguments: [
        ("IN A test", "a.test", RecordType.a, RecordClass.in, "answers"),
        ("IN A test", "a.test", .aaaa, .in, "passes"), ("IN A test", "a.other", .a, .in, "passes"),
        ("IN A test", "a.test", .any, .in, "answers"),
        ("IN ANY test", "a.test", .mx, .in, "answers"),
        ("IN A test", "a.test", .a, .ch, "passes"), ("ANY A test", "a.test", .a, .ch, "answers"),
        ("IN A test", "b.test", .a, .in, "fails"), ("IN A test x", "b.x", .a, .in, "fails"),
        ("IN A test\nfallthrough", "b.test", .a, .in, "passes"),
        ("IN A test\nfallthrough x.test", "b.test", .a, .in, "fails"),
        ("IN A test\nfallthrough x.test", "b.x.test", .a, .in, "passes"),
        ("IN A test\nmatch ^b", "b.test", .a, .in, "answers"),
        ("IN A test\nexpr name() == 'a.test.'", "a.test", .a, .in, "answers"),
        ("IN A test\nexpr name() == 'b.test.'", "a.test", .a, .in, "fails"),
        ("IN A test\nexpr name() == 'b.test.'\nfallthrough", "a.test", .a, .in, "passes"),
        ("IN A test\nexpr incidr(name(), '10.0.0.0/8')", "a.test", .a, .in, "fails"),
    ])
    func `zone, class, type, pattern and expressions choose`(
        _ head: String,
        _ name: String,
        _ type: RecordType,
        _ recordClass: RecordClass,
        _ expected: String
    ) throws {
        let lines = head.split(separator: "\n").map(String.init)
        let (chain, plugin) = try chain(
            lines[0],
            lines.dropFirst() + ["match ^a", #"answer "{{ .Name }} A 192.0.2.1""#]
        )
        let reply = try chain.ask(name, type, recordClass: recordClass)
        let passes = !plugin.asked.isEmpty
        let found = passes ? "passes" : reply.disposition == .serverFailure ? "fails" : "answers"
        #expect(found == expected)
        #expect(reply.answers.count == (expected == "answers" ? 1 : 0))
    }

    @Test func `the first directive that matches answers`() throws {
        let directives = """
            template IN A {
                match ^a
                answer "{{ .Name }} A 192.0.2.1"
                fallthrough
            }
            template IN A {
                answer "{{ .Name }} A 192.0.2.2"
            }
            """
        let chain = try ChainFixture(directives, zones: ".")
        #expect(try chain.ask("a").answers == ["a. 3600 IN A 192.0.2.1"])
        #expect(try chain.ask("b").answers == ["b. 3600 IN A 192.0.2.2"])
    }

    @Test func `the target of an alias is looked up when addresses are asked for`() throws {
        let (chain, _) = try chain("IN ANY", [#"answer "{{ .Name }} 1 CNAME x.test.""#])
        chain.resolver.records = [try ResourceRecord(parsing: "x.test. 9 A 192.0.2.9")]
        #expect(
            try chain.ask("a", .a).answers == ["a. 1 IN CNAME x.test.", "x.test. 9 IN A 192.0.2.9"]
        )
        #expect(chain.resolver.asked == ["x.test. A 1"])
        #expect(try chain.ask("a", .mx).answers == ["a. 1 IN CNAME x.test."])
        #expect(chain.resolver.asked.count == 1)
    }

    @Test func `SERVFAIL is left to the server`() throws {
        let (chain, _) = try chain("IN A", ["rcode SERVFAIL"])
        let reply = try chain.ask("a")
        #expect(reply.disposition == .serverFailure)
        #expect(reply.failure == nil)
    }

    @Test(arguments: [
        (#"answer "{{ .Name }} IN A not-an-address""#, "rr_failures"),
        (#"answer "{{ index .Match 9 }}""#, "template_failures"),
        (#"answer "{{ .Nothing }}""#, "template_failures"),
        (#"answer "a. A 192.0.2.1\nb. A 192.0.2.1""#, "rr_failures"),
        (#"answer "$INCLUDE /etc/passwd""#, "rr_failures"),
    ])
    func `what can't be made fails and is counted`(_ line: String, _ family: String) throws {
        let (chain, _) = try chain("IN A", [line])
        chain.route = RouteInfo(zone: .root, server: "dns://:53")
        let reply = try chain.ask("a.test")
        #expect(reply.disposition == .serverFailure)
        #expect(reply.failure?.hasPrefix("template: ") == true)
        let metrics = String(decoding: chain.services.metrics.write(), as: UTF8.self)
        let lines = metrics.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.contains { $0.hasPrefix("coredns_template_\(family)_total{") })
        let match = lines.first { $0.hasPrefix("coredns_template_matches_total{") }
        #expect(match?.contains("server=\"dns://:53\"") == true)
        #expect(match?.hasSuffix(" 1") == true)
    }

    @Test func `a pattern that takes too long fails`() throws {
        let (chain, _) = try chain(
            "IN A",
            ["match ^(a|a|aa)+(a|a|aa)+(a|aa)+$", #"answer "a. A 192.0.2.1""#]
        )
        let reply = try chain.ask(String(repeating: "a", count: 63) + ".b")
        #expect(reply.disposition == .serverFailure)
        #expect(reply.failure?.contains("too many steps") == true)
    }

    @Test(arguments: [
        ("", []), ("IN", ["answer x"]), ("XX A", ["answer x"]), ("IN XX", ["answer x"]),
        ("IN A", []), ("IN A", ["additional x"]), ("IN A", ["answer"]), ("IN A", ["match ("]),
        ("IN A", ["match", "answer x"]), ("IN A", ["answer \"{{ .Name\""]),
        ("IN A", ["rcode WHAT"]), ("IN A", ["expr name(", "answer x"]), ("IN A", ["what"]),
        ("IN A", ["ederror x", "answer x"]), ("IN A", ["var x", "answer x"]),
    ])
    func `what is wrong is told`(_ head: String, _ lines: [String]) {
        #expect(throws: CorefileErrors.self) { _ = try chain(head, lines) }
    }
}
