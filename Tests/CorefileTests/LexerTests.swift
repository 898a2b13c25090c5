import Testing

@testable import Corefile

@Suite("Corefile: words")
struct LexerTests {
    static let cases: [(String, [String])] = [
        ("", []),
        ("\u{FEFF}a", ["a"]),
        ("a b\tc\u{2003}d", ["a", "b", "c", "d"]),
        ("a\rb\r\nc", ["ab", "c"]),
        (#""a b" c"#, ["a b", "c"]),
        (#""""#, [""]),
        (#""a \" b""#, [#"a " b"#]),
        (#""a \n \\ b""#, [#"a \n \\ b"#]),
        (#"a"b c"d"#, [#"a"b"#, #"c"d"#]),
        (#""a b"#, ["a b"]),
        (#"""#, []),
        ("'a b' `c`", ["'a", "b'", "`c`"]),
        ("# all of it\na", ["a"]),
        ("foo#bar baz", ["foo", "baz"]),
        (#""a # b" # c"#, ["a # b"]),
        ("a{ }b { }", ["a{", "}b", "{", "}"]),
        ("{$X}", ["{$X}"]),
        ("a \\\nb", ["a", "\\", "b"]),
        (#""a"b"#, ["a", "b"]),
    ]

    @Test(arguments: cases)
    func `a file is cut into words`(_ text: String, _ words: [String]) {
        #expect(Lexer.tokens(Array(text.utf8), file: "F").map(\.text) == words)
    }

    @Test func `a word knows its file, its line and whether it begins one`() {
        let text = "a b\n\n\"c\nd\" e\nf"
        let tokens = Lexer.tokens(Array(text.utf8), file: "dir/F")
        #expect(tokens.map(\.text) == ["a", "b", "c\nd", "e", "f"])
        #expect(tokens.map(\.position.line) == [1, 1, 3, 4, 5])
        #expect(tokens.map(\.startsLine) == [true, false, true, false, true])
        #expect(tokens.last?.position.description == "dir/F:5")
    }

    @Test(arguments: [
        ("{$A}", "1"), ("x{$A}y{%B%}", "x1y2 2"), ("{$NONE}", ""), ("{$}{$A}", "{$}{$A}"),
        ("{%%}{%B%}", "{%%}{%B%}"), ("{%%}{$A}", "{%%}1"), ("{$A", "{$A"), ("{{$A}}", "{1}"),
        ("{%R%}", "1"), ("{$R}", "1"), ("{$Q}", "{%A%}"), ("{$A}{$A}", "11"), ("plain", "plain"),
    ])
    func `environment references are replaced`(_ word: String, _ expected: String) throws {
        let values = ["A": "1", "B": "2 2", "R": "{$A}", "Q": "{%A%}"]
        #expect(try Environment.substitute(word) { values[$0] } == expected)
    }

    @Test(arguments: ["{$A}", "{$A}{$A}", "x{$A}"])
    func `a reference to itself is an error`(_ value: String) {
        #expect(throws: Environment.Overflow.self) {
            try Environment.substitute("{$A}") { _ in value }
        }
    }

    @Test func `a value that grows beyond the limit is an error`() {
        let value = String(repeating: "x", count: Limits.substitutedOctetsMax + 1)
        #expect(throws: Environment.Overflow.self) {
            try Environment.substitute("{$A}") { _ in value }
        }
    }
}
