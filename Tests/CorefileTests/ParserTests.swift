import Testing

@testable import Corefile

@Suite("Corefile: grammar")
struct ParserTests {
    static let context = CorefileContext(
        directives: ["log", "errors", "cache", "forward", "kubernetes", "whoami"],
        environment: { ["A": "x y", "B": "{$A}", "DIR": "log", "EMPTY": ""][$0] },
        files: MemoryFiles([
            "common": "errors\nlog\n", "sub/zone": "b.example {\n import more\n}\n",
            "sub/more": "cache 30\n", "custom/a.override": "log\n",
            "custom/b.override": "cache 5\n", "custom/ignored": "nonsense\n", "empty": "# none\n",
            "loop": "import loop\nimport loop\n", "snippets": "(s) {\n log\n}\n",
        ])
    )

    struct Case: CustomTestStringConvertible {
        var text: String
        /// The blocks: keys with spaces as `_`, `:`, directives with their words.
        var blocks: [String]
        var testDescription: String { text.replacing("\n", with: "⏎") }

        init(_ text: String, _ blocks: String...) {
            self.text = text
            self.blocks = blocks
        }
    }

    static let accepted = [
        Case(""),
        Case("# nothing\n"),
        Case(". {\n log\n errors\n}\n", ".: log; errors"),
        Case(".:53 {\n log . {\n  class error\n }\n}", ".:53: log . { class error }"),
        Case(". {\n log {\n class all }\n}\n", ".: log { class all }"),
        Case(". {\n log { class all\n}\n}\n", ".: log { class all }"),
        Case(".\n{\n log\n}\n", ".: log"),
        Case(". {\n log\n {\n class all\n }\n}\n", ".: log { class all }"),
        Case(".{\nlog\n}\n", ".{: log"),
        Case(". {}", ".,{}:"),
        Case(". {\n log {\n class all\n }\n", ".: log { class all }"),
        Case(". {\n log\n}\n}\n", ".: log", "}:"),
        Case("{\n log\n}\n"),
        Case("(s) x {\n log\n}\n", "(s),x: log"),
        Case("a.example b.example", "a.example,b.example:"),
        Case("a, b,\nc {\n}\n", "a,b,c:"),
        Case("a\nlog\nerrors\n", "a: log; errors"),
        Case("a\nlog\n}\nb {\n log\n}\n", "a: log", "b: log"),
        Case("\"\" a {\n}\n", "a:"),
        Case("{$A} {\n log\n}\n", "x_y: log"),
        Case("{%B%} {\n log\n}\n", "x_y: log"),
        Case(". {\n lo{$X}g\n}\n", ".: log"),
        Case(". {\n {$DIR} {$A}\n}\n", ".: log x_y"),
        Case(". {\n log \"a\nb\" c\n}\n", ".: log a\\b c"),
        Case(". {\n log \\\n errors\n}\n", ".: log \\; errors"),
        Case(". {\n log a\n errors\n log b\n}\n", ".: log a; errors; log b"),
        Case(". {\n import common\n cache\n}\n", ".: errors; log; cache"),
        Case("import sub/zone\n", "b.example: cache 30"),
        Case("import sub/zone\n. {\n log\n}\n", "b.example: cache 30", ".: log"),
        Case(". {\n import custom/*.override\n}\n", ".: log; cache 5"),
        Case(". {\n import custom/?.override\n}\n", ".: log; cache 5"),
        Case(". {\n import none/*.override\n log\n}\nimport none/*.server\n", ".: log"),
        Case("(s) {\n log {\n  class all\n }\n}\n. {\n import s\n}", ".: log { class all }"),
        Case("(s) { errors\n log }\n. {\n import s\n import s\n}", ".: errors; log; errors; log"),
        Case("(s) {\n log {$A}\n}\n. {\n import s\n}", ".: log x_y"),
        Case("(c) {\n a b\n}\n. {\n log {\n import c\n import c\n }\n}", ".: log { a b a b }"),
        Case("import snippets\n. {\n import s\n}\n", ".: log"),
        Case("(s) {\n}\n. {\n import s\n}\n", ".:"),
        Case(". {\n import empty\n}\n", ".:"),
    ]

    @Test(arguments: accepted)
    func `a Corefile is accepted`(_ test: Case) throws {
        let corefile = try Corefile(parsing: test.text, context: Self.context)
        let blocks = corefile.blocks.map { block in
            let keys = block.keys.map(\.text).joined(separator: ",")
            let directives = block.directives.map { directive in
                ([directive.name] + directive.tokens.dropFirst().map(\.text)).map {
                    $0.replacing(" ", with: "_").replacing("\n", with: "\\")
                }.joined(separator: " ")
            }
            return "\(keys.replacing(" ", with: "_")):"
                + (directives.isEmpty ? "" : " " + directives.joined(separator: "; "))
        }
        #expect(blocks == test.blocks)
    }

    static let refused: [(String, [String])] = [
        (
            ". { log }",
            [
                "Corefile:1: unexpected '}' because no brace is open on the line of 'log':"
                    + " move it to a line of its own"
            ]
        ),
        (
            ". {\n log }\n",
            [
                "Corefile:2: unexpected '}' because no brace is open on the line of 'log':"
                    + " move it to a line of its own"
            ]
        ),
        (
            ". {\n log\n",
            [
                "Corefile:2: the file ends in the server block that begins at Corefile:1:"
                    + " close it with '}' on a line of its own"
            ]
        ),
        (
            ". {\n log {\n class all\n",
            ["Corefile:2: the file ends in the block of 'log': close it with '}'"]
        ),
        (
            ". {\n LOG\n cahce 30\n log\n banana {\n x\n }\n}\n",
            [
                "Corefile:2: unknown directive 'LOG': did you mean 'log'?",
                "Corefile:3: unknown directive 'cahce': did you mean 'cache'?",
                "Corefile:5: unknown directive 'banana': use cache, errors, forward, kubernetes,"
                    + " log, whoami",
            ]
        ),
        (
            "a, {\n}\n",
            ["Corefile:1: expected another key but found '{': delete the comma before it"]
        ),
        ("a,", ["Corefile:1: the file ends where another key must follow: delete the comma"]),
        (
            ". {\n import s\n}\n(s) {\n log\n}\n",
            [
                "Corefile:2: file to import not found: s: create s, or define the snippet (s)"
                    + " above this line"
            ]
        ),
        (
            ". {\n import\n import a b\n import {$EMPTY}\n import a*b*\n import sub\n}\n",
            [
                "Corefile:2: 'import' names nothing: write a file, a pattern or a snippet after it",
                "Corefile:3: 'import' takes one argument, found 'b' too: write one 'import' line"
                    + " for each",
                "Corefile:4: 'import' names nothing: '{$EMPTY}' is empty: set the variable",
                "Corefile:5: the pattern 'a*b*' has more than one '*' or '?', or a '[' and a ']':"
                    + " use one wildcard",
                "Corefile:6: could not import sub: it is a directory: make it a file that can be"
                    + " read",
            ]
        ),
        (
            "(s) {\n log\n}\n(s) {\n errors\n}\n",
            [
                "Corefile:4: redeclaration of previously declared snippet 's': give one of the two"
                    + " another name"
            ]
        ),
        (
            "(s) {\n import s\n}\n",
            ["Corefile:2: the snippet 's' imports itself: delete this line"]
        ),
        (
            "(a) {\n import b\n}\n(b) {\n import a\n}\n. {\n import a\n}\n",
            [
                "Corefile:5: maximum snippet import depth (10000) exceeded: look for a snippet"
                    + " that imports itself by way of others"
            ]
        ),
        (
            "(s)\nlog\n",
            ["Corefile:2: unexpected 'log' after the snippet 's': write '{' after (s)"]
        ),
        (
            "(s) {\n log {\n }\n",
            ["Corefile:1: the file ends in the snippet 's': close it with '}'"]
        ),
    ]

    @Test(arguments: refused)
    func `a Corefile is refused with every error`(_ text: String, _ expected: [String]) {
        let errors = #expect(throws: CorefileErrors.self) {
            try Corefile(parsing: text, context: Self.context)
        }
        #expect(errors?.errors.map(\.description) == expected)
    }

    @Test func `a file that imports itself ends at a limit`() {
        let errors = #expect(throws: CorefileErrors.self) {
            try Corefile(parsing: "import loop\n", context: Self.context)
        }
        #expect(errors?.errors.first?.message.hasPrefix("maximum file import count") == true)
    }

    @Test(arguments: [
        (".{\nlog\n}\n", "'.{' is taken for a zone"), (". {\nlog\n}\n}\n", "'}' is taken for a"),
        ("{\nlog\n}\n", "a server block without keys is ignored"),
        (". {\n import x*\n}\n", "no files match the import pattern 'x*'"),
        (". {\n import empty\n}\n", "the imported file 'empty' is empty"),
    ])
    func `a likely mistake is warned about`(_ text: String, _ message: String) throws {
        let corefile = try Corefile(parsing: text, context: Self.context)
        #expect(corefile.warnings.count == 1)
        #expect(corefile.warnings.first?.message.hasPrefix(message) == true)
    }

    @Test func `errors in an imported file name that file`() {
        let files = MemoryFiles(["/etc/dns/Corefile.d/a.server": "a {\n bogus\n}\n"])
        let errors = #expect(throws: CorefileErrors.self) {
            try Corefile(
                parsing: "import Corefile.d/*.server\n",
                file: "/etc/dns/Corefile",
                context: CorefileContext(directives: ["log"], files: files)
            )
        }
        #expect(errors?.errors.map(\.position?.description) == ["/etc/dns/Corefile.d/a.server:2"])
    }

    @Test(arguments: 0..<64)
    func `any sequence of words is parsed or refused`(_ seed: UInt64) {
        var generator = SplitMix(state: seed)
        let words = [
            "{", "}", "\n", "\n", " ", ",", "log", "import", "s", "(s)", "#", "\"", "\\", "{$A}",
            "{%B%}", "loop*", "common", "\u{FEFF}", "\u{0}", "a.example",
        ]
        for _ in 0..<40 {
            var text = ""
            for _ in 0..<Int.random(in: 0..<60, using: &generator) {
                text += words.randomElement(using: &generator)!
                if Bool.random(using: &generator) { text += " " }
            }
            let parsed = try? Corefile(parsing: text, context: Self.context)
            for directive in parsed?.blocks.flatMap(\.directives) ?? [] {
                var cursor = directive.cursor()
                _ = cursor.remainingArguments()
                while cursor.nextOption() != nil { _ = cursor.remainingArguments() }
                _ = try? cursor.expectEnd()
            }
        }
    }
}

/// A small generator with a seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
