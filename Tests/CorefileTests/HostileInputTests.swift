import TestSupport
import Testing

@testable import Corefile

@Suite("Corefile: input of every kind")
struct HostileInputTests {
    static let context = CorefileContext(
        environment: { ["A": "x y", "B": "{$A}"][$0] },
        files: MemoryFiles([
            "common": "errors\nlog\n", "loop": "import loop\nimport loop\n", "loops": "import l*\n",
            "open": "log {\n", "close": "}\n", "quote": "\"a\n",
        ])
    )

    static let words = [
        "{", "}", "\n", "\n", "\r", " ", ",", "a,", "log", "import", "s", "(s)", "(t)", "#", "\"",
        "\\", "\\\"", "\u{301}", "loop*", "common", "open", "close", "quote", "\u{FEFF}", "\u{0}",
        "a.example", "\u{2028}",
    ]

    static func text(_ words: [String], _ generator: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<60, using: &generator) {
            text += words.randomElement(using: &generator) ?? ""
            if Bool.random(using: &generator) { text += " " }
        }
        return text
    }

    /// Walks over a Corefile as plugins do.
    static func walk(_ corefile: Corefile) {
        for block in corefile.blocks {
            _ = try? block.addresses()
            _ = try? block.directives.readEach { cursor in
                _ = cursor.remainingArguments()
                try cursor.readOptions { _, cursor in
                    if cursor.hasArgument { _ = try cursor.duration() }
                    try cursor.readOptions { _, cursor in _ = cursor.remainingArguments() }
                }
            }
        }
    }

    /// What the canonical form must keep: words, and which begin a line.
    static func shape(_ corefile: Corefile) -> [[[String]]] {
        corefile.blocks.map { block in
            [block.keys.map(\.text)]
                + block.directives.map { directive in
                    directive.tokens.enumerated().map { index, token in
                        (index > 0 && token.startsLine ? "⏎" : "") + token.text
                    }
                }
        }
    }

    @Test(arguments: 0..<48)
    func `any sequence of words is parsed or refused`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let text = Self.text(Self.words + ["{$A}", "{%B%}", "{$"], &generator)
            guard let corefile = try? Corefile(parsing: text, context: Self.context) else {
                continue
            }
            Self.walk(corefile)
        }
    }

    @Test(arguments: 0..<48)
    func `what is written is read as the same`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed &+ 1_000)
        for _ in 0..<40 {
            let text = Self.text(Self.words, &generator)
            guard let corefile = try? Corefile(parsing: text, context: Self.context) else {
                continue
            }
            let canonical = corefile.canonicalText
            let again = try #require(try? Corefile(parsing: canonical), "\(text.debugDescription)")
            #expect(
                Self.shape(again) == Self.shape(corefile),
                "\(text.debugDescription) became \(canonical.debugDescription)"
            )
            #expect(again.canonicalText == canonical)
        }
    }

    @Test(arguments: 0..<16)
    func `random octets are parsed or refused`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let octets = (0..<Int.random(in: 0..<400, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            guard let corefile = try? Corefile(parsing: octets, file: "F") else { continue }
            Self.walk(corefile)
        }
    }

    @Test(arguments: 0..<16)
    func `a Corefile with octets changed is parsed or refused`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let text =
            ".:53 {\n  errors\n  kubernetes a.b 10.0.0.0/8 {\n    pods insecure\n    ttl 30\n"
            + "  }\n  forward . 10.0.0.1 {\n    max_concurrent 5\n  }\n  import common\n}\n"
        for _ in 0..<40 {
            var octets = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: octets.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: octets[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: octets.remove(at: place)
                default:
                    octets.insert(
                        contentsOf: "{}\n\"# ,".utf8.shuffled(using: &generator)
                            .prefix(1),
                        at: place
                    )
                }
            }
            let parsed = try? Corefile(parsing: octets, file: "F", context: Self.context)
            if let parsed { Self.walk(parsed) }
        }
    }

    /// Texts of a size, and the start of the first error; nil if they are accepted.
    static let large: [(name: String, text: String, error: String?)] = [
        (
            "a word of 1 MB", String(repeating: "a", count: 1 << 20) + " {\nlog\n}\n",
            "Corefile:1: specified zone is too long: 1048576 > 255"
        ),
        (
            "a line of 1 MB", ". {\n log " + String(repeating: "a ", count: 1 << 19) + "\n}\n",
            "Corefile:2: the Corefile and its imports have more than 100000 words"
        ),
        (
            "a directive of 1 MB", ". {\n " + String(repeating: "b", count: 1 << 20) + "\n}\n",
            "Corefile:2: unknown directive '\(String(repeating: "b", count: 60))…'"
        ),
        (
            "20,000 braces that open", ". {\nlog " + String(repeating: "{ ", count: 20_000),
            "Corefile:2: the file ends in the block of 'log'"
        ),
        (
            "20,000 lines with braces that open",
            ". {\nlog {\n" + String(repeating: "a {\n", count: 20_000),
            "Corefile:2: the file ends in the block of 'log'"
        ),
        ("20,000 braces that close", String(repeating: "} ", count: 20_000), nil),
        (
            "20,000 blocks in each other",
            ". {\nlog {\n" + String(repeating: "a {\n", count: 20_000)
                + String(repeating: "}\n", count: 20_002), nil
        ),
        ("20,000 quotes", ". {\nlog " + String(repeating: "\"", count: 20_000) + "\n}\n", nil),
        ("a quote of 1 MB", ". {\nlog \"" + String(repeating: "\n", count: 1 << 20), "Corefile:2:"),
        (
            "30,000 references", ". {\nlog " + String(repeating: "{$A}", count: 30_000) + "\n}\n",
            "Corefile:2: the environment references of"
        ),
        (
            "20,000 wrong directives", ". {\n" + String(repeating: "x\n", count: 20_000) + "}\n",
            "Corefile:2: unknown directive 'x'"
        ),
        (
            "more words than there may be",
            ".\nlog " + String(repeating: "a ", count: 100_000),
            "Corefile:2: the Corefile and its imports have more than 100000 words"
        ),
        (
            "more octets than there may be", String(repeating: " ", count: Limits.octetsMax + 1),
            "the Corefile and its imports have more than"
        ),
    ]

    @Test(arguments: large.indices)
    func `large texts are parsed or refused, with few and short errors`(_ index: Int) {
        let test = Self.large[index]
        var context = Self.context
        context.directives = ["log"]
        do throws(CorefileErrors) {
            var parser = Parser(context: context)
            parser.wordsMax = 100_000
            let corefile = try parser.parse(Array(test.text.utf8), file: "Corefile")
            #expect(test.error == nil, "\(test.name)")
            Self.walk(corefile)
            #expect(corefile.warnings.count <= Limits.warningsMax)
        } catch {
            #expect(test.error != nil, "\(test.name): \(error)")
            #expect(error.description.hasPrefix(test.error ?? ""), "\(test.name): \(error)")
            #expect(error.errors.count <= Limits.errorsMax)
            #expect(error.errors.allSatisfy { $0.description.utf8.count < 500 })
        }
    }

    @Test func `a chain of files that never repeats ends at its end`() throws {
        var files: [String: String] = [:]
        for number in 0..<3_000 { files["f\(number)"] = "import f\(number + 1)\n" }
        files["f3000"] = "log\n"
        let context = CorefileContext(files: MemoryFiles(files))
        let corefile = try Corefile(parsing: ".\nimport f0\n", context: context)
        #expect(corefile.outline == [".: log"])
    }

    @Test func `a long cycle is shown in short`() {
        var files: [String: String] = [:]
        for number in 0..<30 { files["f\(number)"] = "import f\((number + 1) % 30)\n" }
        let errors = #expect(throws: CorefileErrors.self) {
            try Corefile(
                parsing: "import f0\n",
                context: CorefileContext(files: MemoryFiles(files))
            )
        }
        #expect(
            errors?.description
                == "f29:1: import cycle: f0 imports f1 imports f2 imports f3 imports"
                + " f4 imports … imports f26 imports f27 imports f28 imports f29 imports f0: delete"
                + " one of these imports"
        )
    }

    @Test func `errors do not move a terminal`() {
        let errors = #expect(throws: CorefileErrors.self) {
            try Corefile(
                parsing: ".\n\"\u{1B}[2J\na\u{202E}\"\n",
                context: CorefileContext(directives: [])
            )
        }
        #expect(
            errors?.description
                == #"Corefile:2: unknown directive '\u{1b}[2J\na\u{202e}': delete it"#
        )
    }
}
