import Testing

@testable import Expressions

@Suite("RE2 syntax: matching")
struct PatternTests {
    struct Case: CustomTestStringConvertible {
        let pattern: String
        let subject: String
        /// The groups by number, or nil for no match; "-" is a group that took no part.
        let groups: [String]?

        init(_ pattern: String, _ subject: String, _ groups: String...) {
            self.pattern = pattern
            self.subject = subject
            self.groups = groups
        }

        init(_ pattern: String, misses subject: String) {
            self.pattern = pattern
            self.subject = subject
            groups = nil
        }

        var testDescription: String { "\(pattern) on \(subject.debugDescription)" }
    }

    static let cases: [Case] = [
        // Literals, and matching anywhere.
        Case("", "", ""),
        Case("", "abc", ""),
        Case("b", "abc", "b"),
        Case("d", misses: "abc"),
        Case("a.c", "xabcx", "abc"),
        Case("a.c", misses: "a\nc"),
        Case("(?s)a.c", "a\nc", "a\nc"),
        Case(#"a\.c"#, misses: "abc"),
        Case(#"\Qa.b*\E+"#, "xa.b**", "a.b**"),
        Case("a{,2}", "a{,2}", "a{,2}"),
        Case("a{", "a{", "a{"),
        Case("é+", "xéé", "éé"),
        Case("#  x", "#  x", "#  x"),
        // Leftmost, first alternative.
        Case("a|ab", "ab", "a"),
        Case("ab|a", "ab", "ab"),
        Case("(a|ab)(c|bcd)(d*)", "abcd", "abcd", "a", "bcd", ""),
        Case("(a+)(b+)?", "xaay", "aa", "aa", "-"),
        Case("a||b", "b", ""),
        Case("x*", "axx", ""),
        // Repeats.
        Case("a+?", "aaa", "a"),
        Case("a{2}", "aaa", "aa"),
        Case("a{2,}", "aaaa", "aaaa"),
        Case("a{1,2}?", "aaa", "a"),
        Case("(?U)a+", "aaa", "a"),
        Case("(?U)a+?", "aaa", "aaa"),
        Case("^*a", "a", "a"),
        Case("(a*)*", "b", "", ""),
        // Groups.
        Case("(?P<n>a)(?<m>b)(?:c)", "abc", "abc", "a", "b"),
        Case("(?i)ABC", "aBc", "aBc"),
        Case("(?i:A)b", "ab", "ab"),
        Case("(?i:A)b", misses: "aB"),
        Case("(?i)a(?-i)b", misses: "AB"),
        Case("()b", "b", "b", ""),
        // Ends.
        Case("^a$", "a", "a"),
        Case("a$", misses: "a\n"),
        Case("(?m)^b$", "a\nb\nc", "b"),
        Case("^b", misses: "a\nb"),
        Case(#"\Aa\z"#, "a", "a"),
        Case(#"\bb\b"#, "a b c", "b"),
        Case(#"\Bb"#, "ab", "b"),
        // Classes.
        Case("[a-c]+", "xabcd", "abc"),
        Case("[^a-c]+", "abcde", "de"),
        Case("[]a]+", "x]a", "]a"),
        Case("[^]a]", "]ab", "b"),
        Case("[a-]+", "x-a", "-a"),
        Case("[[:alpha:]_]+", "1a_b", "a_b"),
        Case("[[:^alpha:]]+", "a12", "12"),
        Case("[[:word:].]+", " a.b", "a.b"),
        Case(#"[\d\-x]+"#, "a1-x", "1-x"),
        Case(#"[\w.]+"#, "-a_1.", "a_1."),
        Case(#"\d+\D\w\W\s\S"#, "12x_- y", "12x_- y"),
        Case(#"\s"#, misses: "\u{0B}"),
        Case(#"[\s]"#, misses: "\u{0B}"),
        Case(#"\S"#, "\u{0B}", "\u{0B}"),
        Case(#"[\S]"#, "\u{0B}", "\u{0B}"),
        Case(#"\v"#, "\u{0B}", "\u{0B}"),
        Case(#"\v"#, misses: "\n"),
        Case(#"[[:space:]]"#, "\u{0B}", "\u{0B}"),
        Case("[a[]+", "[a", "[a"),
        // Escapes.
        Case(#"\x41\x{42}\103\t"#, "ABC\t", "ABC\t"),
        Case(#"\_\-\/"#, "_-/", "_-/"),
        Case(#"\pL+"#, "1éx2", "éx"),
        Case(#"\p{Greek}+"#, "aλμ", "λμ"),
        Case(#"[\p{^Lu}]+"#, "Ab", "b"),
        Case(#"\PL"#, "a1", "1"),
        Case(#"\d"#, misses: "٣"),
        // From Corefiles.
        Case(
            #"(^|[.])ip-(?P<a>[0-9]*)-(?P<b>[0-9]*)[.]example[.]$"#,
            "ip-10-2.example.",
            "ip-10-2.example.",
            "",
            "10",
            "2"
        ),
        Case(#"(.*)\.coredns\.rocks\.$"#, "a.b.coredns.rocks.", "a.b.coredns.rocks.", "a.b"),
        Case(#"db\.(.*)"#, "db.example.org", "db.example.org", "example.org"),
    ]

    @Test(arguments: cases)
    func `a pattern finds what Go finds`(_ example: Case) throws {
        let pattern = try Pattern(example.pattern)
        let match = try pattern.firstMatch(in: example.subject)
        #expect(try pattern.matches(example.subject) == (example.groups != nil))
        guard let groups = example.groups else {
            #expect(match == nil)
            return
        }
        let found = try #require(match)
        #expect((0..<found.count).map { found[$0] ?? "-" } == groups)
        #expect(pattern.groupCount == groups.count - 1)
    }

    @Test(arguments: [
        ("a**", "invalid nested repetition operator: `**`"),
        ("a*+", "invalid nested repetition operator: `*+`"),
        ("a++", "invalid nested repetition operator: `++`"),
        ("a{2}{3}", "invalid nested repetition operator: `{2}{3}`"),
        ("*a", "missing argument to repetition operator: `*`"),
        ("(+)", "missing argument to repetition operator: `+`"),
        ("(*FAIL)", "missing argument to repetition operator: `*`"),
        ("a|*", "missing argument to repetition operator: `*`"),
        ("{2}", "missing argument to repetition operator: `{2}`"),
        ("a{1001}", "invalid repeat count: `{1001}`"),
        ("a{3,2}", "invalid repeat count: `{3,2}`"),
        ("(a{100}){11}", "invalid repeat count: `{11}`"),
        ("((a{100})b){11}", "invalid repeat count: `{11}`"),
        ("(", "missing closing ): `(`"),
        ("(?i", "missing closing ): `(?i`"),
        (")", "unexpected ): `)`"),
        ("[a", "missing closing ]: `[a`"),
        ("x[", "missing closing ]: `[`"),
        ("[a-", "missing closing ]: `[a-`"),
        ("[z-a]", "invalid character class range: `z-a`"),
        ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
        (#"\pX"#, #"invalid character class range: `\pX`"#),
        (#"\p{Klingon}"#, #"invalid character class range: `\p{Klingon}`"#),
        ("\\", "trailing backslash at end of expression: ``"),
        (#"(a)\1"#, #"invalid escape sequence: `\1`"#),
        (#"\8"#, #"invalid escape sequence: `\8`"#),
        (#"\Z"#, #"invalid escape sequence: `\Z`"#),
        (#"\C"#, #"invalid escape sequence: `\C`"#),
        (#"\R"#, #"invalid escape sequence: `\R`"#),
        (#"\K"#, #"invalid escape sequence: `\K`"#),
        (#"\h"#, #"invalid escape sequence: `\h`"#),
        (#"\x4"#, #"invalid escape sequence: `\x4`"#),
        (#"\x{110000}"#, #"invalid escape sequence: `\x{110000}`"#),
        (#"[\b]"#, #"invalid escape sequence: `\b`"#),
        ("a(?=b)", "invalid or unsupported Perl syntax: `(?=`"),
        ("a(?!b)", "invalid or unsupported Perl syntax: `(?!`"),
        ("(?<=a)b", "invalid or unsupported Perl syntax: `(?<=`"),
        ("(?<!a)b", "invalid or unsupported Perl syntax: `(?<!`"),
        ("(?>a)", "invalid or unsupported Perl syntax: `(?>`"),
        ("(?x)a", "invalid or unsupported Perl syntax: `(?x`"),
        ("(?i-)a", "invalid or unsupported Perl syntax: `(?i-)`"),
        ("(?#c)", "invalid or unsupported Perl syntax: `(?#`"),
        ("(?P=n)", "invalid or unsupported Perl syntax: `(?P`"),
        ("(?P<n>a)(?P<n>b)", "invalid named capture: `n`"),
        ("(?P<a-b>c)", "invalid named capture: `(?P<a-b>`"),
        ("(?P<n", "invalid named capture: `(?P<n`"),
    ])
    func `what RE2 doesn't have is refused in Go's words`(pattern: String, message: String) throws {
        let error = try #require(throws: PatternError.self) { try Pattern(pattern) }
        #expect(error.description.hasPrefix("error parsing regexp: \(message)"), "\(error)")
    }

    @Test func `look-around and backreferences are told apart from mistakes`() {
        let around = #expect(throws: PatternError.self) { try Pattern("(?=a)") }
        #expect(around?.mend?.contains("look-around isn't part of RE2") == true)
        let back = #expect(throws: PatternError.self) { try Pattern(#"(a)\1"#) }
        #expect(back?.mend == "backreferences aren't part of RE2's syntax")
    }

    @Test func `a pattern is as long as a Corefile may have it`() throws {
        _ = try Pattern(String(repeating: "a", count: 10_000))
        #expect(throws: PatternError.self) { try Pattern(String(repeating: "a", count: 10_001)) }
        #expect(throws: PatternError.self) { try Pattern(String(repeating: "()", count: 100)) }
    }

    @Test func `groups have names and places`() throws {
        let pattern = try Pattern("(?P<first>a+)(x)?(?P<last>b+)")
        #expect(pattern.groupNames == [nil, "first", nil, "last"])
        let match = try #require(try pattern.firstMatch(in: "__aabb"))
        #expect(match["first"] == "aa")
        #expect(match["last"] == "bb")
        #expect(match["none"] == nil)
        #expect(match.range(of: 0) == 2..<6)
        #expect(match.range(of: 2) == nil)
        #expect(match.range(of: 9) == nil)
        #expect(match[-1] == nil)
        #expect(match.groups == ["aabb", "aa", "", "bb"])
        #expect(match.namedGroups == ["first": "aa", "last": "bb"])
    }

    @Test func `octets that aren't UTF-8 match nothing and break nothing`() throws {
        let octets: [UInt8] = [0x61, 0xFF, 0x62]
        #expect(try Pattern("b").matches(octets.span))
        #expect(try !Pattern("a.b").matches(octets.span))
        #expect(try Pattern(".").firstMatch(in: [UInt8]().span) == nil)
    }
}
