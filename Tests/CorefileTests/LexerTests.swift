import Testing

@testable import Corefile

@Suite("Corefile: words")
struct LexerTests {
    /// Texts and their words: quotes, comments, braces and white space.
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
        ("\u{FEFF}\u{FEFF}a", ["\u{FEFF}a"]),
        ("a\u{FEFF}", ["a\u{FEFF}"]),
        ("a\u{85}b\u{A0}c\u{2028}d\u{B}e", ["a", "b", "c", "d", "e"]),
        ("a\u{200B}b", ["a\u{200B}b"]),
        ("\"a\r\nb\"", ["a\r\nb"]),
        (#""a\"#, ["a"]),
        (#"a\b \"c" d"#, [#"a\b"#, #"\"c""#, "d"]),
        ("a#b\nc", ["a", "c"]),
        ("#a\n#b", []),
        ("a #b c\nd", ["a", "d"]),
        ("\"\"#a\n\"\"", ["", ""]),
        ("a,b", ["a,b"]),
        ("{{ .Name }}", ["{{", ".Name", "}}"]),
        ("\u{0}", ["\u{0}"]),
    ]

    @Test(arguments: cases)
    func `a file is cut into words`(_ text: String, _ words: [String]) {
        #expect(Lexer.words(Array(text.utf8), file: "F").tokens.map(\.text) == words)
    }

    @Test func `a word knows its file, its line and whether it begins one`() {
        let text = "a b\n\n\"c\nd\" e\nf"
        let tokens = Lexer.words(Array(text.utf8), file: "dir/F").tokens
        #expect(tokens.map(\.text) == ["a", "b", "c\nd", "e", "f"])
        #expect(tokens.map(\.position.line) == [1, 1, 3, 4, 5])
        #expect(tokens.map(\.startsLine) == [true, false, true, false, true])
        #expect(tokens.last?.position.description == "dir/F:5")
    }

    @Test func `octets that are no UTF-8 become replacement characters`() {
        let tokens = Lexer.words([0x61, 0xFF, 0x20, 0xC3], file: "F").tokens
        #expect(tokens.map(\.text) == ["a\u{FFFD}", "\u{FFFD}"])
    }

    @Test(arguments: [
        ("a \"b\nc", "F:1: the quote that begins here does not end: end it with '\"'"),
        (
            "\na#b c#d e",
            "F:2: '#' inside of a word comments out no more than the word: put white space"
                + " before it"
        ),
    ])
    func `a likely slip is warned about`(_ text: String, _ warning: String) {
        let words = Lexer.words(Array(text.utf8), file: "F")
        #expect(Set(words.warnings.map(\.description)) == [warning])
    }

    @Test(arguments: ["a #b c", "a#b", "a#b #c\nd", "a#b\nc", "\"a#b\" c", "\"a\"", "\"\""])
    func `what is usual is not warned about`(_ text: String) {
        #expect(Lexer.words(Array(text.utf8), file: "F").warnings.isEmpty)
    }

    @Test func `no more words than asked for are held`() {
        let words = Lexer.words(Array("a b c d e".utf8), file: "F", limit: 2)
        #expect(words.tokens.count == 3)
    }

    @Test(arguments: [
        ("{$A}", "1"), ("x{$A}y{%B%}", "x1y2 2"), ("{$NONE}", ""), ("{$}{$A}", "{$}{$A}"),
        ("{%%}{%B%}", "{%%}{%B%}"), ("{%%}{$A}", "{%%}1"), ("{$A", "{$A"), ("{{$A}}", "{1}"),
        ("{%R%}", "1"), ("{$R}", "1"), ("{%}", "{%}"), ("{$A}:{%B%}", "1:2 2"), ("{$L}", "a\nb"),
        ("{%A}", "{%A}"), ("{$A$}", ""), ("{{$A}x}", "{1x}"), ("{$A}{$}{$A}", "1{$}1"),
        ("{$Q}", "{%A%}"), ("{$A}{$A}", "11"), ("plain", "plain"),
    ])
    func `environment references are replaced`(_ word: String, _ expected: String) throws {
        let values = ["A": "1", "B": "2 2", "R": "{$A}", "Q": "{%A%}", "L": "a\nb"]
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
