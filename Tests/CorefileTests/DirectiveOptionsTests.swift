import Testing

@testable import Corefile

@Suite("Corefile: a block of options")
struct DirectiveOptionsTests {
    static func directives(_ text: String) throws -> [Directive] {
        try #require(try Corefile(parsing: ". {\n\(text)\n}\n").blocks.first).directives
    }

    struct Rule: Hashable {
        var zones: [String] = []
        var ttl = 5
        var mode = ""
        var isQuiet = false
        var inner: [String] = []
    }

    static func read(_ text: String) throws -> [Rule] {
        try directives(text).readEach { cursor in
            var rule = Rule(zones: cursor.remainingArguments())
            try cursor.readOptions { option, cursor in
                switch option {
                case "ttl": rule.ttl = try cursor.integer(in: 0...3600)
                case "mode": rule.mode = try cursor.oneOf(["a", "b"])
                case "quiet": rule.isQuiet = true
                case "stop":
                    try cursor.readOptions { option, cursor in
                        guard option == "name" else {
                            throw CorefileErrors([cursor.unknownOption(known: ["name"])])
                        }
                        rule.inner.append(try cursor.argument())
                    }
                default: throw cursor.unknownOption(known: ["mode", "quiet", "stop", "ttl"])
                }
            }
            return rule
        }
    }

    static let accepted: [(String, [Rule])] = [
        ("k", [Rule()]),
        ("k a b {\n}", [Rule(zones: ["a", "b"])]),
        ("k {\n ttl 7\n quiet\n}\nk x", [Rule(ttl: 7, isQuiet: true), Rule(zones: ["x"])]),
        ("k { ttl 7 }", [Rule(ttl: 7)]),
        ("k {\n stop {\n name x\n name y\n }\n ttl 8\n}", [Rule(ttl: 8, inner: ["x", "y"])]),
        ("k {\n stop {\n }\n mode b }", [Rule(mode: "b")]),
    ]

    @Test(arguments: accepted)
    func `lines and blocks are read`(_ text: String, _ rules: [Rule]) throws {
        // A brace that ends a line may end the server block too; the parser sees to that.
        #expect(try Self.read(text) == rules)
    }

    static let refused: [(String, [String])] = [
        (
            "k {\n tll 5\n ttl x\n ttl\n mode a b\n quiet {\n stop\n }\n ttl 9999\n}",
            [
                "3: unknown property 'tll' of 'k': did you mean 'ttl'?",
                "4: k: ttl: 'x' is not an integer: write 0 to 3600",
                "5: 'ttl' needs an argument: write an integer of 0 to 3600 after it",
                "6: unexpected 'b' after 'a': delete it",
                "7: k: quiet: no block may open here: delete the braces",
                "10: k: ttl: '9999' is out of range: write 0 to 3600",
            ]
        ),
        (
            "k {\n stop {\n nmae x\n name\n } extra\n mode cc\n}\nk {\n stop x\n}",
            [
                "4: unknown property 'nmae' of 'k': did you mean 'name'?",
                "5: 'name' needs an argument: write one after it",
                "7: k: mode: 'cc' is not known: use a, b",
                "10: unexpected 'x' after 'stop': delete it",
            ]
        ),
        ("k\n{\n ttl 5\n}", ["3: unexpected '{' in 'k': move it to the end of the line of 'k'"]),
        ("k {\n ttl 5\n} x", ["4: unexpected 'x' in 'k': delete it"]),
        (
            "k {\n unknown {\n ttl 5 } }",
            [
                "3: unknown property 'unknown' of 'k': use mode, quiet,"
                    + " stop, ttl"
            ]
        ),
    ]

    @Test(arguments: refused)
    func `every error of every line comes out`(_ text: String, _ messages: [String]) throws {
        let errors = #expect(throws: CorefileErrors.self) { try Self.read(text) }
        #expect(errors?.errors.map(\.description) == messages.map { "Corefile:\($0)" })
    }

    @Test func `an error of another type gets the line`() throws {
        struct Odd: Error, CustomStringConvertible { var description: String { "odd" } }
        let directives = try Self.directives("k {\n a\n}")
        let errors = #expect(throws: CorefileErrors.self) {
            try directives.readEach { cursor in
                try cursor.readOptions { _, _ in throw Odd() }
            }
        }
        #expect(errors?.errors.map(\.description) == ["Corefile:3: k: a: odd"])
    }
}
