import Testing

@testable import Corefile

@Suite("Corefile: the canonical form")
struct CanonicalTests {
    static let texts = [
        ("", ""),
        (
            ".:53 {\nlog   a\n\n# x\nerrors }x {\n}\n}",
            ".:53 {\n    log a\n    errors }x {\n    }\n}\n"
        ),
        ("a,b c\nlog", "a,b, c {\n    log\n}\n"),
        ("a {\n} import {\n}\n", "a {\n} import {\n}\n"),
        ("import, b {\n}\n", "import, b {\n}\n"),
        ("(s) {\n} import {\n}\n", "{\n} import {\n}\n"),
        ("a {\n}\n(s)", "a {\n}\n(s)\n"),
        ("\u{FEFF}\u{FEFF}a {\n}\n", "\u{FEFF}\u{FEFF}a {\n}\n"),
        ("\"x y,\" \"q\\\"\" {\n}\n", "\"x y,\" q\" {\n}\n"),
        (". {\n log \"\" \"a\nb\" \"#\" x#y\n}\n", ". {\n    log \"\" \"a\nb\" \"#\" x\n}\n"),
        (". {\n log { a b }\n}\n", ". {\n    log { a b }\n}\n"),
        (
            ". {\n rewrite stop {\n name a b\n } x\n log\n {\n }\n}\n",
            ". {\n    rewrite stop {\n        name a b\n    } x\n    log\n    {\n    }\n}\n"
        ),
        (". {\n {\n a\n}\n", ". {\n    {\n    a\n}\n"),
    ]

    @Test(arguments: texts)
    func `a Corefile is written in one way`(_ text: String, _ canonical: String) throws {
        let corefile = try Corefile(parsing: text)
        #expect(corefile.canonicalText == canonical)
        #expect(try Corefile(parsing: canonical).canonicalText == canonical)
    }

    @Test func `imports and the environment are in their places`() throws {
        let corefile = try Corefile(
            parsing: "(s) {\n log {$X}\n}\n. {\n import s\n import f\n}\n",
            context: CorefileContext(
                environment: { _ in "a b" },
                files: MemoryFiles(["f": "cache 5\n"])
            )
        )
        #expect(corefile.canonicalText == ". {\n    log \"a b\"\n    cache 5\n}\n")
    }

    @Test func `the octets are the JSON that CoreDNS hashes`() throws {
        let corefile = try Corefile(
            parsing: ".:53 a {\n log \"<\\\"&>\t\u{1}\"\n import f\n log b\n}\nc\n",
            file: "/etc/Corefile",
            context: CorefileContext(files: MemoryFiles(["/etc/f": "errors\n"]))
        )
        let errors = #"[{"File":"/etc/f","Line":1,"Text":"errors"}]"#
        let log =
            #"[{"File":"","Line":2,"Text":"log"},"#
            + #"{"File":"","Line":2,"Text":"\u003c\"\u0026\u003e\t\u0001"},"#
            + #"{"File":"","Line":4,"Text":"log"},{"File":"","Line":4,"Text":"b"}]"#
        #expect(
            String(decoding: corefile.canonicalOctets, as: UTF8.self)
                == #"[{"Keys":[".:53","a"],"Tokens":{"errors":\#(errors),"log":\#(log)}},"#
                + #"{"Keys":["c"],"Tokens":{}}]"#
        )
    }

    static func octets(_ text: String, file: String = "Corefile", _ value: String = "") -> [UInt8] {
        let context = CorefileContext(environment: { _ in value })
        return (try? Corefile(parsing: text, file: file, context: context))?.canonicalOctets ?? []
    }

    @Test func `the octets change with the configuration and nothing else`() {
        let text = ". {\n log {$X}\n}\n"
        let octets = Self.octets(text)
        #expect(octets == Self.octets(". {   # x\n  log   {$X}\r\n}"))
        #expect(octets == Self.octets(text, file: "/etc/Corefile"))
        #expect(octets != Self.octets("\n" + text))
        #expect(octets != Self.octets(text, "a"))
        #expect(octets != Self.octets(". {\n log {$X} x\n}\n"))
        #expect(octets != Self.octets("a {\n log {$X}\n}\n"))
        #expect(Self.octets("") == Array("null".utf8))
    }
}
