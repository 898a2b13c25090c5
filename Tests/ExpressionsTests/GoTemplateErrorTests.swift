import TestSupport
import Testing

@testable import Expressions

@Suite("Go templates: mistakes and bounds")
struct GoTemplateErrorTests {
    @Test(arguments: [
        ("{{ .Name }", #"unexpected "}" in operand"#),
        ("{{}}", "missing value for command"), ("{{ if }}x{{ end }}", "missing value for if"),
        ("{{ .A | }}", "missing value for command"),
        ("{{ .Name", "unclosed action"), ("a{{", "unclosed action"),
        ("{{ foo }}", #"function "foo" not defined"#), ("{{ $x }}", #"undefined variable "$x""#),
        ("{{ $x = 1 }}", #"undefined variable "$x""#),
        ("{{ if .A }}{{ $x := 1 }}{{ end }}{{ $x }}", #"undefined variable "$x""#),
        ("{{ with $x := 1 }}{{ end }}{{ $x }}", #"undefined variable "$x""#),
        ("{{ end }}", "unexpected {{end}}"), ("{{ else }}", "unexpected {{else}}"),
        ("{{ if .A }}", "unexpected EOF"), ("{{ if .A }}{{ else }}", "unexpected EOF"),
        ("{{ if .A }}{{ else }}{{ else }}{{ end }}", "expected end; found {{else}}"),
        ("{{ end .A }}", #"unexpected ".A" in end"#),
        ("{{ break }}", "{{break}} outside {{range}}"),
        ("{{ range . }}{{ else }}{{ continue }}{{ end }}", "{{continue}} outside {{range}}"),
        ("{{ \"a }}", "unterminated quoted string"),
        ("{{ 'a }}", "unterminated character constant"),
        ("{{ 'ab' }}", "malformed character constant: 'ab'"),
        ("{{ `a }}", "unterminated raw quoted string"), ("{{/* a }}", "unclosed comment"),
        ("{{/* a */ x }}", "comment ends before closing delimiter"),
        ("{{ (1 }}", "unclosed left paren"), ("{{ 1) }}", "unexpected right paren"),
        ("{{ ( ) }}", "missing value for parenthesized pipeline"),
        ("{{ 12|. }}", "non executable command in pipeline stage 2"),
        ("{{ . | 12 }}", "non executable command in pipeline stage 2"),
        ("{{ 3a }}", #"bad number syntax: "3a""#), ("{{ 1.2.3 }}", #"bad number syntax: "1.2.3""#),
        ("{{ print 3`x` }}", #"unexpected "`x`" in operand"#),
        ("{{ print 3, 4 }}", #"unexpected "," in operand"#),
        ("{{ $x+2 }}", "bad character U+002B '+'"), ("{{ .X! }}", "bad character U+0021 '!'"),
        ("{{ true.E }}", #"unexpected . after term "true""#),
        ("{{ \"a\".E }}", #"unexpected . after term "\"a\"""#),
        ("{{ range $a, $b, $c := . }}{{ end }}", "too many declarations in range"),
        ("{{ with $a, $b := . }}{{ end }}", "too many declarations in with"),
        ("{{ range $a, 1 := . }}{{ end }}", "range can only initialize variables"),
        ("{{ : }}", "expected :="), ("{{ \u{1} }}", "unrecognized character in action: U+0001"),
        ("{{ \"\\q\" }}", "invalid syntax"), ("{{ \"\\", "unterminated quoted string"),
    ])
    func `a mistake is found at setup, in Go's words`(source: String, reason: String) throws {
        let error = try #require(throws: TemplateError.self) { try GoTemplate(source, name: "t") }
        #expect(error.description == "template: t:1: \(reason)")
    }

    @Test func `the line is told`() {
        let error = #expect(throws: TemplateError.self) { try GoTemplate("a\nb\n{{ .X } }}\n") }
        #expect(error?.description == #"template: :3: unexpected "}" in operand"#)
        #expect(error?.line == 3)
        let open = #expect(throws: TemplateError.self) { try GoTemplate("\n{{ .X\n\n", name: "t") }
        #expect(open?.description == "template: t:4: unclosed action started at t:2")
    }

    @Test(arguments: ["define \"x\"", "template \"x\"", "block \"x\" ."])
    func `templates in templates are refused with a way out`(action: String) {
        let error = #expect(throws: TemplateError.self) {
            try GoTemplate("{{ \(action) }}{{ end }}")
        }
        #expect(error?.reason.contains("isn't supported") == true)
    }

    @Test(arguments: [
        ("{{ .Foo }}", "1:3", ".Foo", "can't evaluate field Foo in type *template.templateData"),
        ("{{ .Zone.X }}", "1:3", ".Zone.X", "can't evaluate field X in type string"),
        ("{{ .Nil.X }}", "1:3", ".Nil.X", "nil pointer evaluating interface {}.X"),
        ("{{ .Zone 1 }}", "1:3", ".Zone", "Zone has arguments but cannot be invoked as function"),
        ("\n{{ index .Match 7 }}", "2:3", "index", "error calling index: index out of range: 7"),
        (
            "{{ index .Zero 0 }}", "1:3", "index",
            "error calling index: can't index item of type int"
        ),
        ("{{ len 3 }}", "1:3", "len", "error calling len: len of type int"),
        ("{{ len }}", "1:3", "len", "wrong number of args for len: want 1 got 0"),
        ("{{ eq 1 \"a\" }}", "1:3", "eq", "error calling eq: incompatible types for comparison"),
        ("{{ eq 1 1.0 }}", "1:3", "eq", "error calling eq: incompatible types for comparison"),
        ("{{ lt .Yes .No }}", "1:3", "lt", "error calling lt: invalid type for comparison"),
        ("{{ fail }}", "1:3", "fail", "error calling fail: no luck"),
        ("{{ .Meta }}", "1:3", ".Meta", "wrong number of args for Meta: want 1 got 0"),
        (
            "{{ parseInt \"x\" 10 8 }}", "1:3", "parseInt",
            "error calling parseInt: strconv.ParseUint: parsing x"
        ),
        ("{{ nil }}", "1:3", "nil", "nil is not a command"),
        ("{{ 3 4 }}", "1:3", "3 4", "can't give argument to non-function 3 4"),
        ("{{ range .Zone }}{{ end }}", "1:9", ".Zone", "range can't iterate over example."),
        (
            "{{ slice .Zone 5 2 }}", "1:3", "slice",
            "error calling slice: invalid slice index: 5 > 2"
        ),
    ])
    func `what only execution can find is an error then`(
        source: String,
        place: String,
        part: String,
        reason: String
    ) throws {
        let error = try #require(throws: EvaluationError.self) {
            try GoTemplateTests.render(source)
        }
        #expect(
            error.description
                == "template: t:\(place): executing \"t\" at <\(part)>: \(reason)"
        )
        #expect(error.code == .invalid)
    }

    @Test(arguments: [
        "{{ range 1000000 }}{{ end }}", "{{ range 1000 }}{{ range 1000 }}{{ . }}{{ end }}{{ end }}",
        "{{ range 1000 }}{{ printf \"%1000d\" . }}{{ end }}",
        "{{ $x := \"aaaaaaaa\" }}{{ range 60 }}{{ $x = print $x $x }}{{ end }}",
        "{{ $x := \"aaaaaaaa\" }}{{ range 60 }}{{ $x = printf \"%s%s\" $x $x }}{{ end }}",
    ])
    func `a template that makes too much is given up`(source: String) throws {
        let error = try #require(throws: EvaluationError.self) {
            try GoTemplateTests.render(source)
        }
        #expect(error.code == .tooCostly, "\(error)")
    }

    @Test func `nesting is bounded`() {
        let deep = String(repeating: "{{ if .A }}", count: 500)
        let error = #expect(throws: TemplateError.self) { try GoTemplate(deep) }
        #expect(error?.reason == "max expression depth exceeded")
        let open = String(repeating: "(", count: 5_000) + "1" + String(repeating: ")", count: 5_000)
        #expect(throws: TemplateError.self) { try GoTemplate("{{ \(open) }}") }
        let chain = String(repeating: "{{ if .No }}{{ else if .No }}", count: 60)
        #expect(throws: TemplateError.self) { try GoTemplate(chain) }
        #expect(throws: TemplateError.self) {
            try GoTemplate(String(repeating: "a", count: 70_000))
        }
    }

    @Test func `any words come to an end`() {
        var random = SeededGenerator(seed: 13)
        let pieces = [
            "{{", "}}", "{{ ", " }}", "{{- ", " -}}", ".Zone", ".Numbers", ".Group.a", ".", "$",
            "$x",
            " := ", " = ", " | ", "\"", "'", "`", "if ", "else", "end", "range ", "with ",
            "{{ end }}",
            "{{ else }}",
            "(", ")", "1", "\"a\"", "`b`", "'c'", " ", "\n", "len ", "index ", "printf \"%v %5d\" ",
            "print ", "eq ", "and ", "/*", "*/", "é", ",", "\\", "nil", "true", "-", "text",
        ]
        var parsed = 0
        for _ in 0..<6_000 {
            let source = random.text(of: pieces, upTo: 10)
            guard let template = try? GoTemplate(source) else { continue }
            parsed += 1
            _ = try? template.render(GoTemplateTests.data)
        }
        #expect(parsed > 300)
        for _ in 0..<2_000 {
            let octets = (0..<20).map { _ in UInt8.random(in: 0...255, using: &random) }
            let noise = "{{" + String(decoding: octets, as: UTF8.self)
            _ = try? GoTemplate(noise)
            _ = try? Expression(noise)
            _ = try? Pattern(noise)
        }
    }

    @Test(arguments: [
        "{{- range $i, $n := .Numbers -}} {{ if eq $n 1 }}{{ break }}{{ else }}x{{ end }} {{- end }}",
        "{{ printf \"%05d \\\" \\x41\" (len .Zone | print 'a' `b`) }}{{/* c */ -}} {{ (.Meta \"x\").Y }}",
        "let x = {a: [1.5, 0x2F], 'b': nil}; filter(x?.a[0:1], # > .5) | len() ?? \"\\u0041\"",
        "(?P<n>[^a-z\\d[:alpha:]]{2,3}?|\\p{Greek}\\x{41}\\Q*\\E$)+(?i:x)",
    ])
    func `a text that ends anywhere is read or refused`(source: String) {
        for count in 0...source.unicodeScalars.count {
            let part = String(String.UnicodeScalarView(source.unicodeScalars.prefix(count)))
            if let template = try? GoTemplate(part) {
                _ = try? template.render(GoTemplateTests.data)
            }
            if let expression = try? Expression(part) { _ = try? expression.evaluate() }
            if let pattern = try? Pattern(part) { _ = try? pattern.matches("abc") }
        }
        // The whole is right in one of the languages.
        let template = try? GoTemplate(source)
        let expression = try? Expression(source)
        let pattern = try? Pattern(source)
        #expect(source.contains("{{") ? template != nil : expression != nil || pattern != nil)
    }
}
