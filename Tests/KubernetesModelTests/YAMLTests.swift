import KubernetesModel
import TestSupport
import Testing

@Suite("YAML as Kubernetes reads it: scalars")
struct YAMLScalarTests {
    static let plain: [(String, Value)] = [
        ("true", true), ("True", true), ("yes", true), ("on", true), ("y", true), ("ON", true),
        ("false", false), ("no", false), ("Off", false), ("n", false), ("tRue", "tRue"),
        ("null", .null), ("~", .null), ("Null", .null), ("", .null), ("nil", "nil"),
        ("0", 0), ("12", 12), ("-12", -12), ("+12", 12), ("0x1F", 31), ("0o17", 15), ("017", 15),
        ("0b101", 5), ("-0x10", -16), ("1_000", 1000), ("08", 8), ("0x", "0x"), ("0xZ", "0xZ"),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("18446744073709551615", .number(18_446_744_073_709_551_616)),
        ("1.5", .number(1.5)), (".5", .number(0.5)), ("1.", 1), ("1e3", 1000),
        ("1e-1", .number(0.1)),
        ("1.5.2", "1.5.2"), ("10.96.0.1", "10.96.0.1"), ("1e", "1e"), ("-a", "-a"), ("1-2", "1-2"),
        ("+-1", "+-1"), ("1e999", "1e999"), ("v1", "v1"), ("2026-11-22", "2026-11-22"),
        ("12:30", "12:30"), ("fd00::1", "fd00::1"), ("None", "None"), ("0.0.0.0/0", "0.0.0.0/0"),
        ("\"80\"", "80"), ("'true'", "true"), ("\"\"", ""), ("!!str 80", "80"), ("! 80", "80"),
        ("!!int 80", 80), ("!!int \"80\"", 80), ("!!binary aGk=", "hi"), ("!custom x", "x"),
        ("|\n  a\n  b\n", "a\nb\n"), (">-\n  a\n  b\n", "a b"), ("\"\\u00e9\\t\"", "é\t"),
    ]

    @Test(arguments: plain)
    func `a scalar is read as its value`(text: String, value: Value) throws {
        #expect(try YAMLReader.read("a: \(text)")["a"] == value)
    }

    @Test(
        arguments: [
            ("80: a", "80"), ("true: a", "true"), ("yes: a", "true"), ("1.5: a", "1.5"),
            ("\"80\": a", "80"), ("0x10: a", "16"), ("? b\n: a", "b"),
        ]
    )
    func `a key that is no string is spelt out`(text: String, key: String) throws {
        #expect(try YAMLReader.read(text) == .object([key: "a"]))
    }
}

@Suite("YAML as Kubernetes reads it: structure")
struct YAMLReaderTests {
    @Test func `merge keys fill in what the mapping doesn't say`() throws {
        let value = try YAMLReader.read(
            """
            base: &base {a: 1, b: 2}
            more: &more {b: 3, c: 4}
            one:
              b: 9
              <<: *base
            two:
              <<: [*base, *more]
            """
        )
        #expect(value["one"]?.isEquivalent(to: ["a": 1, "b": 9]) == true)
        #expect(value["two"]?.isEquivalent(to: ["a": 1, "b": 2, "c": 4]) == true)
    }

    @Test func `a stream is read as its documents, with their lines`() {
        let text = """
            # a comment
            ---
            a: 1
            ---
            # nothing

            --- # after a marker
            b: 2
            ...
            ---
            "quoted --- text": c
            --- {d: 4}
            ---
            """
        let documents = YAMLReader.documents(Array(text.utf8))
        #expect(documents.map(\.index) == [1, 2, 3, 4])
        #expect(documents.map(\.line) == [3, 8, 11, 12])
        let values = documents.compactMap { try? $0.result.get() }
        #expect(values == [["a": 1], ["b": 2], ["quoted --- text": "c"], ["d": 4]])
    }

    @Test func `a mistake in one document leaves the others readable`() throws {
        let documents = YAMLReader.documents(Array("a: 1\n---\nb: [\n---\nc: 3\n".utf8))
        #expect(documents.count == 3)
        #expect(try documents[0].result.get() == ["a": 1])
        #expect(try documents[2].result.get() == ["c": 3])
        let error = #expect(throws: YAMLError.self) { try documents[1].result.get() }
        #expect(error?.line == 4)
    }

    @Test func `a large stream is read in order on several cores`() throws {
        let count = 20_000
        let text = (0..<count).map { "---\nnumber: \($0)\ntext: \"some longer text to fill\"\n" }
            .joined()
        let documents = YAMLReader.documents(Array(text.utf8))
        #expect(documents.count == count)
        for (index, document) in documents.enumerated() {
            try #require(document.index == index + 1)
            try #require(document.line == 3 * index + 2)
            try #require(document.result.get()["number"] == .integer(Int64(index)))
        }
    }

    @Test func `windows line ends and a byte order mark are read`() throws {
        #expect(try YAMLReader.read("\u{FEFF}a: 1\r\nb: x\r\n") == ["a": 1, "b": "x"])
        #expect(YAMLReader.documents(Array("a: 1\r\n---\r\nb: 2\r\n".utf8)).count == 2)
    }

    @Test func `directives belong to the document after them`() throws {
        let documents = YAMLReader.documents(Array("%YAML 1.1\n---\na: 1\n".utf8))
        #expect(try documents.map { try $0.result.get() } == [["a": 1]])
    }

    @Test(arguments: ["", "\n", "# only a comment\n", "---\n", "---\n---\n", "   "])
    func `an empty stream has no documents`(text: String) {
        #expect(YAMLReader.documents(Array(text.utf8)).isEmpty)
    }

    @Test(
        arguments: [
            ("a: 1\nb: 2\na: 3", 3, "key \"a\" already set in map"),
            ("a: *b", 1, "alias *b has no anchor before it"),
            ("a: &a [*a]", 1, "alias *a has no anchor before it"),
            ("a: .inf", 1, ".inf is no number that JSON can say; quote it"),
            ("a: .NaN", 1, ".NaN is no number that JSON can say; quote it"),
            ("? [a]\n: b", 1, "a key must be a string, not array"),
            ("~: b", 1, "a key must be a string, not null"),
            ("a:\n  <<: 3", 2, "the value of the merge key << must be a mapping or a list of them"),
            ("a: !!int x", 1, "cannot read \"x\" as tag:yaml.org,2002:int"),
            ("a: !!binary \"%\"", 1, "!!binary value is not base64 of UTF-8 text"),
        ]
    )
    func `a mistake is refused at its line`(text: String, line: Int, message: String) {
        let error = #expect(throws: YAMLError.self) { try YAMLReader.read(text) }
        #expect(error?.line == line)
        #expect(error?.message == message)
    }

    @Test(arguments: ["a: b: c", "a: [1", "\tx: 1", "a: 'x", "- a\nb: c", "{a: 1", "a: @x", "}"])
    func `what is not YAML is refused`(text: String) {
        #expect(throws: YAMLError.self) { try YAMLReader.read(text) }
    }

    @Test func `text that is not UTF-8 is refused`() {
        let documents = YAMLReader.documents([0x61, 0x3A, 0x20, 0xFF, 0xFE, 0x0A])
        #expect(throws: YAMLError.self) { try documents.first?.result.get() }
    }

    @Test func `a bomb of aliases is refused quickly`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let error = #expect(throws: YAMLError.self) { try YAMLReader.read(text) }
        #expect(error?.message == "aliases stand for more than 100000 values")
    }

    @Test func `nesting is bounded`() {
        for text in [
            String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000) + "x",
            String(repeating: "{a: ", count: 100_000),
        ] {
            let error = #expect(throws: YAMLError.self) { try YAMLReader.read(text) }
            #expect(error?.message == "lists and mappings are nested deeper than 100 levels")
        }
    }
}

@Suite("YAML as kubectl prints it")
struct YAMLWriterTests {
    @Test func `keys are sorted and lists stand at their key`() {
        let value: Value = [
            "kind": "Service", "apiVersion": "v1",
            "spec": [
                "ports": [["port": 80, "name": "http"], ["port": 443]], "clusterIPs": [],
                "selector": [:], "lists": [[1, 2], [[3]]],
            ],
            "metadata": ["annotations": ["text": "one\ntwo\n"], "labels": ["n": "80", "e": ""]],
        ]
        #expect(
            YAMLWriter.write(value) == """
                apiVersion: v1
                kind: Service
                metadata:
                  annotations:
                    text: |
                      one
                      two
                  labels:
                    e: ""
                    "n": "80"
                spec:
                  clusterIPs: []
                  lists:
                  - - 1
                    - 2
                  - - - 3
                  ports:
                  - name: http
                    port: 80
                  - port: 443
                  selector: {}

                """
        )
    }

    @Test(
        arguments: [
            ("web", "web"), ("a b", "a b"), ("10.96.0.1", "10.96.0.1"), ("true", "\"true\""),
            ("80", "\"80\""), ("null", "\"null\""), ("1.5", "\"1.5\""), ("yes", "\"yes\""),
            ("2026-11-22T10:00:00Z", "\"2026-11-22T10:00:00Z\""), ("12:30", "\"12:30\""),
            ("- a", "'- a'"), ("a: b", "'a: b'"), ("#a", "'#a'"), ("it's", "it's"),
            ("'a'", "'''a'''"), ("*a", "'*a'"), (" a", "' a'"), ("a\tb", "\"a\\tb\""),
            ("{a}", "'{a}'"), ("kubernetes.io/x", "kubernetes.io/x"), ("a:b", "a:b"), ("é", "é"),
            ("a\nb", "|-\n  a\n  b"), ("a\n\n", "|+\n  a\n"), ("-1", "\"-1\""), ("<<", "\"<<\""),
            ("fd00::1", "fd00::1"), ("", "\"\""), ("---", "'---'"), ("a:", "'a:'"),
        ]
    )
    func `a string is quoted only where it must be`(text: String, written: String) {
        #expect(YAMLWriter.write(["a": .string(text)]) == "a: \(written)\n")
    }

    @Test(
        arguments: [
            (["b", "a", "C"], ["C", "a", "b"]), (["a10", "a9", "a1"], ["a1", "a9", "a10"]),
            (["a-b", "ab", "a"], ["a", "a-b", "ab"]), (["a1b", "a1-"], ["a1b", "a1-"]),
        ]
    )
    func `keys are ordered as numbers where they have digits`(keys: [String], sorted: [String]) {
        var fields: Fields = [:]
        for key in keys { fields[key] = 1 }
        #expect(YAMLWriter.write(.object(fields)) == sorted.map { "\($0): 1\n" }.joined())
    }

    @Test(arguments: 0..<20)
    func `what is written is read back as the same value`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let value = Value.object(["a": .random(depth: 4, using: &generator)])
            let text = YAMLWriter.write(value)
            let back = try YAMLReader.read(text)
            #expect(back.isEquivalent(to: value), "seed \(seed): \(text)")
        }
    }

    @Test(arguments: Value.hardTexts)
    func `hard strings come back as values and as keys`(text: String) throws {
        let value: Value = .object([text: .string(text), "list": [.string(text)]])
        let written = YAMLWriter.write(value)
        let back = try YAMLReader.read(written)
        #expect(back.isEquivalent(to: value), "\(written)")
    }
}
