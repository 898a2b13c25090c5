import Addresses
import KubernetesModel
import TestSupport
import Testing

@Suite("Scanning JSON")
struct JSONScannerTests {
    private static func isSure(_ text: String) -> Bool {
        let done: Void? = JSONScanner.scan(text) { (scanner) throws(JSONScanner.Unsure) in
            try scanner.skip()
        }
        return done != nil
    }

    @Test(arguments: [
        "{}", "[]", " [ ] ", "1", "-7", "0", "-0", "999999999999999999", "true", "false",
        #""""#, #""a\n\"\\\/\b\f\r\tA\u00e9 日本""#, #"{"a":[1,null,{"b":"c"}],"d":{"a":2}}"#,
        "\t{\r\n\"long enough for words\" : \"and another text that is longer\" }\n",
        "[null]", #"{"a":null,"b":[[],[[]]]}"#,
    ])
    func `ordinary texts are read to the end`(_ text: String) throws {
        #expect(Self.isSure(text))
        _ = try JSONReader.read(text)
    }

    @Test(arguments: [
        "", " ", "{", "}", "[", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "01",
        "-", "1 2", "tru", "truex", "nul", "\"a", "\"\u{01}\"", "\"\\", "\"\\x\"", "\"\\u12\"",
        "\"\\ud83d\"", "{\"a\":1,\"a\":2}", "{\"a\" 1}", "[1 2]", "\"a\"b", "{} {}", "- 1",
    ])
    func `damaged texts leave it unsure`(_ text: String) {
        #expect(!Self.isSure(text))
        #expect(throws: JSONError.self) { try JSONReader.read(text) }
    }

    /// What is not worth the scanner's while, though it is JSON.
    @Test(arguments: [
        "1.5", "1e3", "1000000000000000000", #"{"é":1}"#, #"{"\u0061":1}"#, #""\ud83d\ude00""#,
    ])
    func `unusual texts are left to the reader`(_ text: String) throws {
        #expect(!Self.isSure(text))
        _ = try JSONReader.read(text)
    }

    @Test func `depth is bounded as the reader's is`() throws {
        for depth in [Limits.depthMax, Limits.depthMax + 1] {
            let text =
                String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            #expect(Self.isSure(text) == (depth == Limits.depthMax))
            let isRead = (try? JSONReader.read(text)) != nil
            #expect(isRead == (depth == Limits.depthMax))
        }
    }

    @Test func `very many keys are left to the reader`() throws {
        let fields = (0..<300).map { "\"key\($0)\":\($0)" }.joined(separator: ",")
        #expect(!Self.isSure("{\(fields)}"))
        _ = try JSONReader.read("{\(fields)}")
    }

    /// Whatever the scanner is sure of, the reader reads.
    @Test(arguments: 0..<20)
    func `what is read to the end is JSON`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var sureCount = 0
        for _ in 0..<300 {
            let value = Value.random(depth: 4, using: &generator)
            let text = JSONWriter.compact(value)
            let octets =
                Bool.random(using: &generator)
                ? FuzzTests.mutated(text, using: &generator) : Array(text.utf8)
            let found = String(decoding: octets, as: UTF8.self)
            guard Self.isSure(found) else { continue }
            sureCount += 1
            #expect(throws: Never.self) { try JSONReader.read(found) }
        }
        #expect(sureCount > 50)
    }

    @Test(arguments: [
        "10.0.0.1", "0.0.0.0", "255.255.255.255", "256.0.0.1", "01.0.0.1", "1.2.3", "1.2.3.4.5",
        "", ".", "1..2.3", "1.2.3.", "fd00::1", "::", "1.2.3.4x", "1.2.3.1000", "00.0.0.0",
        "::ffff:1.2.3.4", "host", "1.2.3.-4", "1.2.3.4 ",
    ])
    func `addresses are what they are elsewhere`(_ text: String) {
        let found: IPAddress?? = JSONScanner.scan("\"\(text)\"") {
            (scanner) throws(JSONScanner.Unsure) in
            guard let text = try scanner.text() else { return nil }
            return scanner.address(text)
        }
        #expect(found == .some(IPAddress(text)))
    }
}
