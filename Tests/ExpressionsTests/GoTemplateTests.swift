import Testing

@testable import Expressions

@Suite("Go templates: execution")
struct GoTemplateTests {
    /// What the template plugin gives its records, and more.
    static let data = Value.record(
        Record(typeName: "*template.templateData") { field in
            switch field {
            case "Zone": .string("example.")
            case "Name": .string("ip-10-1-2-3.example.")
            case "Class": .string("IN")
            case "Type": .string("A")
            case "Match": .list([.string("ip-10-1-2-3.example."), .string("10"), .string("1")])
            case "Group": .map(["a": .string("10"), "b": .string("0f")])
            case "Question":
                .record(
                    Record(typeName: "dns.Question") { $0 == "Qtype" ? .int(1) : nil }
                )
            case "Meta":
                .function(
                    Function(arity: 1...1) { (values) throws(EvaluationError) in
                        .string("<\(values[0].text)>")
                    }
                )
            case "Remote": .string("10.0.0.7")
            case "Zero": .int(0)
            case "One": .int(1)
            case "Half": .float(0.5)
            case "Yes": .bool(true)
            case "No": .bool(false)
            case "Nil": .null
            case "Empty": .list([])
            case "Numbers": .list([.int(3), .int(1), .int(2)])
            default: nil
            }
        }
    )

    static let functions: [String: Function] = [
        "parseInt": Function(arity: 3...3) { (values) throws(EvaluationError) in
            guard case .string(let text) = values[0], case .int(let base) = values[1],
                let number = Int(text, radix: base)
            else { throw EvaluationError("strconv.ParseUint: parsing \(values[0].text)") }
            return .int(number)
        },
        "fail": Function(arity: 0...0) { (_) throws(EvaluationError) in
            throw EvaluationError("no luck")
        },
    ]

    static func render(_ source: String) throws -> String {
        try GoTemplate(source, name: "t", functions: functions).render(data)
    }

    @Test(arguments: [
        ("", ""), ("plain", "plain"), ("a } b { c", "a } b { c"),
        ("{{ .Name }} 60 IN A 10.0.0.1", "ip-10-1-2-3.example. 60 IN A 10.0.0.1"),
        ("{{.Zone}}", "example."), ("{{ .Group.a }}", "10"), ("{{ .Group.none }}", "<no value>"),
        ("{{ index .Match 1 }}", "10"), ("{{ index .Group \"a\" }}", "10"),
        ("{{ .Question.Qtype }}", "1"), ("{{ .Meta \"a/b\" }}", "<a/b>"),
        ("{{ parseInt .Group.b 16 8 }}", "15"), ("{{ .Group.b | printf \"%s!\" }}", "0f!"),
        ("{{ $.Zone }}", "example."), ("{{ . | len }}", "!"), ("{{ .Nil }}", "<no value>"),
        ("{{ .Numbers }}", "[3 1 2]"), ("{{ .Group }}", "map[a:10 b:0f]"), ("{{ .Half }}", "0.5"),
        ("{{ (.Meta \"x\") | len }}", "3"), ("{{ (index .Match 0) }}", "ip-10-1-2-3.example."),
        ("{{ (.Question).Qtype }}", "1"), ("{{\n.Zone\n}}", "example."),
    ])
    func `fields and functions`(source: String, expected: String) throws {
        guard expected != "!" else {
            #expect(throws: EvaluationError.self) { try Self.render(source) }
            return
        }
        #expect(try Self.render(source) == expected)
    }

    @Test(arguments: [
        ("{{ 12 }} {{ -3 }} {{ 0x1F }} {{ 0b11 }} {{ 017 }} {{ 1_000 }}", "12 -3 31 3 15 1000"),
        ("{{ 1.5 }} {{ .5 }} {{ 1e6 }} {{ 123456.0 }}", "1.5 0.5 1e+06 123456"),
        ("{{ 'a' }} {{ '\\n' }} {{ 'é' }}", "97 10 233"), ("{{ \"a\\tb\\\"\" }}", "a\tb\""),
        ("{{ `a\\t` }}", "a\\t"), ("{{ true }} {{ false }}", "true false"),
        ("{{ \"\\u00e9\\x41\" }}", "éA"), ("{{ 0.000001 }} {{ 0.0001 }}", "1e-06 0.0001"),
    ])
    func `literals`(source: String, expected: String) throws {
        #expect(try Self.render(source) == expected)
    }

    @Test(arguments: [
        ("{{ if .Yes }}a{{ end }}", "a"), ("{{ if .No }}a{{ else }}b{{ end }}", "b"),
        ("{{ if .No }}a{{ else if .One }}b{{ else }}c{{ end }}", "b"),
        ("{{ if .Zero }}a{{ else if .Nil }}b{{ else if .Empty }}c{{ else }}d{{ end }}", "d"),
        ("{{ if \"\" }}a{{ end }}{{ if .Half }}b{{ end }}{{ if . }}c{{ end }}", "bc"),
        ("{{ with .Zone }}{{ . }}{{ end }}", "example."),
        ("{{ with .Nil }}a{{ else }}{{ .Zone }}{{ end }}", "example."),
        ("{{ with .Nil }}a{{ else with .One }}{{ . }}{{ end }}", "1"),
        ("{{ with $x := .One }}{{ $x }}{{ end }}", "1"),
        ("{{ range .Numbers }}{{ . }},{{ end }}", "3,1,2,"),
        ("{{ range .Empty }}a{{ else }}none{{ end }}", "none"),
        ("{{ range .Nil }}a{{ else }}none{{ end }}", "none"),
        ("{{ range $i, $n := .Numbers }}{{ $i }}={{ $n }} {{ end }}", "0=3 1=1 2=2 "),
        ("{{ range $n := .Numbers }}{{ $n }}{{ end }}", "312"),
        ("{{ range $k, $v := .Group }}{{ $k }}:{{ $v }};{{ end }}", "a:10;b:0f;"),
        ("{{ range 3 }}{{ . }}{{ end }}", "012"),
        ("{{ range .Numbers }}{{ if eq . 1 }}{{ break }}{{ end }}{{ . }}{{ end }}", "3"),
        ("{{ range .Numbers }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ . }}{{ end }}", "32"),
        ("{{ range .Numbers }}{{ range $.Numbers }}{{ break }}{{ end }}x{{ end }}", "xxx"),
        ("{{ $x := 1 }}{{ $x }}{{ $x = 2 }}{{ $x }}", "12"),
        ("{{ $x := 1 }}{{ if .Yes }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"),
        ("{{ $x := 1 }}{{ if .Yes }}{{ $x := 2 }}{{ end }}{{ $x }}", "1"),
        ("{{ $q := .Question }}{{ $q.Qtype }}", "1"),
        ("{{ $m := .Meta \"a\" | len }}{{ $m }}", "3"),
        ("a {{- 1 -}} b", "a1b"), ("a \n {{- \" \" }} b", "a  b"), ("a {{ 1 -}} \n b", "a 1b"),
        ("a{{/* comment */}}b", "ab"), ("a {{- /* c */ -}} b", "ab"), ("{{-3}}", "-3"),
        ("x {{- if .Yes -}} y {{- end -}} z", "xyz"),
    ])
    func `control`(source: String, expected: String) throws {
        #expect(try Self.render(source) == expected)
    }

    @Test(arguments: [
        ("{{ and .Yes .Zone }}", "example."), ("{{ and .Zero fail }}", "0"),
        ("{{ or .No .Zone }}", "example."), ("{{ or .One fail }}", "1"),
        ("{{ not .One }}", "false"),
        ("{{ and 1 2 3 }}", "3"), ("{{ or 0 \"\" }}", ""), ("{{ 5 | and 1 }}", "5"),
        ("{{ eq 1 1 }} {{ eq 1 2 3 1 }} {{ eq \"a\" \"b\" }}", "true true false"),
        (
            "{{ ne 1 2 }} {{ lt 1 2 }} {{ le 2 2 }} {{ gt 1 2 }} {{ ge 2 2 }}",
            "true true true false true"
        ),
        ("{{ lt \"a\" \"b\" }}{{ eq .Nil nil }}", "truetrue"), ("{{ len .Zone }}", "8"),
        ("{{ len .Group }}", "2"), ("{{ index .Numbers 2 }}", "2"), ("{{ index .Zone 0 }}", "101"),
        ("{{ slice .Zone 0 2 }} {{ slice .Numbers 1 }} {{ slice .Zone }}", "ex [1 2] example."),
        ("{{ print 1 2 \"a\" 3 4 }}", "1 2a3 4"), ("{{ println 1 \"a\" }}", "1 a\n"),
        ("{{ print \"a\" \"b\" }}", "ab"),
        ("{{ html \"<a href='x'>&\\\"\" }}", "&lt;a href=&#39;x&#39;&gt;&amp;&#34;"),
        ("{{ urlquery \"a b&c/é~\" }}", "a+b%26c%2F%C3%A9~"), ("{{ call .One }}", "!"),
        ("{{ printf \"%s.%d\" .Zone 3 | len }}", "10"),
    ])
    func `predefined functions`(source: String, expected: String) throws {
        guard expected != "!" else {
            #expect(throws: EvaluationError.self) { try Self.render(source) }
            return
        }
        #expect(try Self.render(source) == expected)
    }

    @Test(arguments: [
        (#""%d %5d|%-5d|%05d|%+d|% d" 1 2 3 4 5 6"#, "1     2|3    |00004|+5| 6"),
        (#""%05d" -42"#, "-0042"),
        (
            #""%x %X %#x %o %b %c %q %U" 255 255 255 8 5 65 65 233"#,
            "ff FF 0xff 10 101 A 'A' U+00E9"
        ),
        (#""%s|%5s|%-5s|%.2s" "a" "b" "c" "defg""#, "a|    b|c    |de"),
        (#""%q %x %X %v" "a\"b" "hi" "hi" "v""#, #""a\"b" 6869 6869 v"#),
        (#""%v %v %v %v" 1 1.5 true nil"#, "1 1.5 true <nil>"), (#""%t" true"#, "true"),
        (
            #""%f %.1f %6.2f %e %g" 1.5 1.25 3.14159 1500.0 0.5"#,
            "1.500000 1.2   3.14 1.500000e+03 0.5"
        ),
        (#""%%""#, "%"), (#""%*d" 5 42"#, "   42"), (#""%.3d" 7"#, "007"),
        (#""%d" "a""#, "%!d(string=a)"), (#""%s" 5"#, "%!s(int=5)"), (#""%d""#, "%!d(MISSING)"),
        (#""%d" 1 2"#, "1%!(EXTRA int=2)"), (#""%z" 1"#, "%!z(int=1)"), (#""50%""#, "50%!(NOVERB)"),
        (#""%T %T" 1 "a""#, "int string"), (#""%v" .Numbers"#, "[3 1 2]"),
        (#""%02d" .Numbers"#, "[03 01 02]"),
        (#""%s" nil"#, "%!s(<nil>)"), (#""é%sé" "x""#, "éxé"),
        (#""%999999999d" 1"#, String(repeating: " ", count: 999) + "1"),
    ])
    func `printf formats as Go does`(arguments: String, expected: String) throws {
        #expect(try Self.render("{{ printf \(arguments) }}") == expected)
    }
}
