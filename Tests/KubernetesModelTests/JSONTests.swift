import KubernetesModel
import TestSupport
import Testing

@Suite("RFC 8259: reading JSON")
struct JSONReaderTests {
    static let values: [(String, Value)] = [
        ("null", .null), ("true", true), (" false\n", false), ("0", 0), ("-0", 0), ("12", 12),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.5", .number(1.5)),
        ("-1.5e-3", .number(-0.0015)), ("2.0", 2), ("1e3", 1000), ("1E+2", 100),
        ("1e300", .number(1e300)), (#""""#, ""), (#""a""#, "a"), (#""é日😀""#, "é日😀"),
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9""#, "Aé"),
        (#""\ud83d\ude00""#, "😀"), (#""\u0000""#, "\u{0}"), ("[]", []), ("[ ]", []),
        ("[1,[2]]", [1, [2]]), ("{}", [:]), ("{ }", [:]),
        (#"{"b":1,"a":{"c":[null]}}"#, ["b": 1, "a": ["c": [.null]]]),
    ]

    @Test(arguments: values)
    func `a text is read as its value`(text: String, value: Value) throws {
        #expect(try JSONReader.read(text) == value)
    }

    @Test func `keys keep the order in which they are written`() throws {
        let value = try JSONReader.read(#"{"z":1,"a":2,"m":3}"#)
        #expect(value.object.map { Array($0.keys) } == ["z", "a", "m"])
    }

    @Test(
        arguments: [
            ("", 1, 1), ("  ", 1, 3), ("nul", 1, 1), ("truee", 1, 5), ("01", 1, 1), ("-", 1, 2),
            ("1.", 1, 3), ("1e", 1, 3), (".5", 1, 1), ("+1", 1, 1), ("1e999", 1, 1), ("'a'", 1, 1),
            ("\"a", 1, 3), ("\"a\nb\"", 1, 3), (#""\x""#, 1, 3), (#""\u12g4""#, 1, 6),
            (#""\ud800""#, 1, 4), (#""\udc00\ud800""#, 1, 4), (#""\ud800\u0041""#, 1, 4),
            ("[1,]", 1, 4), ("[1 2]", 1, 4), ("[1", 1, 3), ("[", 1, 2), ("{\"a\"}", 1, 5),
            ("{\"a\":}", 1, 6), ("{a:1}", 1, 2), ("{\"a\":1,}", 1, 8), ("{,}", 1, 2),
            ("{\"a\":1\n,\"a\":2}", 2, 2), ("1 2", 1, 3), ("[]]", 1, 3), ("/**/1", 1, 1),
            ("NaN", 1, 1), ("\u{FEFF}1", 1, 1), ("\n\n x", 3, 2),
        ]
    )
    func `a mistake is refused at its place`(text: String, line: Int, column: Int) {
        let error = #expect(throws: JSONError.self) { try JSONReader.read(text) }
        #expect(error?.line == line)
        #expect(error?.column == column, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
    ])
    func `text that is not UTF-8 is refused`(octets: [UInt8]) {
        let error = #expect(throws: JSONError.self) { try JSONReader.read(octets) }
        #expect(error?.message == "the text is not UTF-8")
    }

    @Test func `nesting is bounded, and the bound itself is read`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONReader.read(nested(Limits.depthMax))
        #expect(throws: JSONError.self) { try JSONReader.read(nested(Limits.depthMax + 1)) }
        #expect(throws: JSONError.self) {
            try JSONReader.read(String(repeating: "{\"a\":", count: 1_000_000))
        }
    }

    @Test func `size is bounded`() {
        let octets = [UInt8](repeating: UInt8(ascii: " "), count: 100)
        let error = #expect(throws: JSONError.self) { try JSONReader.read(octets, octetsMax: 99) }
        #expect(error?.message == "the text has 100 octets; at most 99 are read")
        let list = Array("[1,2,3]".utf8)
        #expect(throws: Never.self) { try JSONReader.read(list, nodesMax: 4) }
        #expect(throws: JSONError.self) { try JSONReader.read(list, nodesMax: 3) }
    }
}

@Suite("RFC 8259: writing JSON")
struct JSONWriterTests {
    @Test func `compact text has no white space and keeps the order of keys`() {
        let value: Value = ["b": [1, .number(2.5), .null], "a": ["x\"\n\u{1}é": true], "c": [:]]
        #expect(
            JSONWriter.compact(value)
                == #"{"b":[1,2.5,null],"a":{"x\"\n\u0001é":true},"c":{}}"#
        )
    }

    @Test func `pretty text is sorted and indented by four spaces`() {
        let value: Value = ["kind": "Pod", "apiVersion": "v1", "items": [["a": 1], [], [:]]]
        #expect(
            JSONWriter.pretty(value) == """
                {
                    "apiVersion": "v1",
                    "items": [
                        {
                            "a": 1
                        },
                        [],
                        {}
                    ],
                    "kind": "Pod"
                }
                """
        )
    }

    @Test(arguments: 0..<20)
    func `what is written is read back as the same value`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let value = Value.random(depth: 4, using: &generator)
            #expect(try JSONReader.read(JSONWriter.compact(value)) == value, "seed \(seed)")
            let pretty = try JSONReader.read(JSONWriter.pretty(value))
            #expect(pretty.isEquivalent(to: value), "seed \(seed)")
        }
    }
}
