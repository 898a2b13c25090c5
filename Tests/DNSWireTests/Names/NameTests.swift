import DNSWire
import Testing

@Suite("RFC 1035 §3.1, §5.1: names")
struct NameTests {
    static let presentation: [(text: String, labels: [[UInt8]], canonical: String)] = [
        (".", [], "."),
        ("", [], "."),
        ("a", [[0x61]], "a."),
        ("a.", [[0x61]], "a."),
        (
            "Web.Shop.SVC.cluster.local",
            ["Web", "Shop", "SVC", "cluster", "local"].map { Array($0.utf8) },
            "Web.Shop.SVC.cluster.local."
        ),
        (#"a\.b.c"#, [[0x61, 0x2E, 0x62], [0x63]], #"a\.b.c."#),
        (#"\000\255.x"#, [[0, 255], [0x78]], #"\000\255.x."#),
        (#"\065\ \\"#, [[0x41, 0x20, 0x5C]], #"A\032\\."#),
        (#"\"\(\)\;\@\$"#, [Array("\"();@$".utf8)], #"\"\(\)\;\@\$."#),
        ("*.x", [[0x2A], [0x78]], "*.x."),
        ("_http._tcp", [Array("_http".utf8), Array("_tcp".utf8)], "_http._tcp."),
        ("é", [[0xC3, 0xA9]], #"\195\169."#),
    ]

    @Test(arguments: presentation)
    func `presentation text is read and written`(
        text: String,
        labels: [[UInt8]],
        canonical: String
    ) throws {
        let name = try Name(parsing: text)
        #expect(name.labels.map(Array.init) == labels)
        #expect(name.labelCount == labels.count)
        #expect(name.description == canonical)
        #expect(Name(canonical)?.isIdentical(to: name) == true)
        #expect(try Name(labels: labels).isIdentical(to: name))
        #expect(try Name(wire: name.octets).isIdentical(to: name))
    }

    static let refused: [(text: String, error: NameError)] = [
        ("..", .emptyLabel), (".a", .emptyLabel), ("a..b", .emptyLabel), ("a..", .emptyLabel),
        (#"a\"#, .badEscape), (#"\1"#, .badEscape), (#"\12x"#, .badEscape),
        (#"\256"#, .badEscape), (#"\99"#, .badEscape),
        (String(repeating: "a", count: 64), .labelTooLong),
        (String(repeating: "a", count: 100_000), .labelTooLong),
        (String(repeating: "a.", count: 128), .nameTooLong),
        (
            Array(repeating: String(repeating: "b", count: 63), count: 4).joined(separator: "."),
            .nameTooLong
        ),
    ]

    @Test(arguments: refused)
    func `text that is no name is refused with its reason`(text: String, error: NameError) {
        #expect(throws: error) { try Name(parsing: text) }
        #expect(Name(text) == nil)
    }

    @Test func `the greatest name and the most labels are accepted`() throws {
        let long =
            Array(repeating: String(repeating: "b", count: 63), count: 3)
            .joined(separator: ".") + "." + String(repeating: "c", count: 61)
        #expect(try Name(parsing: long).octets.count == 255)
        let many = try Name(parsing: String(repeating: "a.", count: 127))
        #expect(many.octets.count == 255)
        #expect(many.labelCount == WireLimits.labelCountMax)
        #expect(throws: NameError.nameTooLong) { try many.prepending(label: "x") }
        #expect(throws: NameError.nameTooLong) { try many.appending(many) }
    }

    @Test(
        arguments: [
            [], [1], [1, 0x61], [0, 0], [64] + Array(repeating: 1, count: 64) + [0], [0xC0, 0],
            [1, 0x61, 0, 1, 0x62, 0],
        ] as [[UInt8]]
    )
    func `octets that are not one name are refused`(octets: [UInt8]) {
        #expect(throws: WireError.self) { try Name(wire: octets) }
    }

    @Test func `every label length up to 63 is accepted and no other`() {
        for length in 0...70 {
            let label = Array(repeating: UInt8(0x61), count: length)
            #expect(((try? Name(labels: [label])) != nil) == (1...63).contains(length))
        }
    }

    @Test(arguments: [
        ("www", "example.org.", "www.example.org."), ("www.", "example.org.", "www."),
        ("@", "example.org.", "example.org."), (#"\@"#, "example.org.", #"\@.example.org."#),
        ("a.b", ".", "a.b."), (#"a\."#, "x.", #"a\..x."#),
    ])
    func `a name without final dot is relative to the origin`(
        text: String,
        origin: String,
        full: String
    ) throws {
        #expect(try Name(parsing: text, origin: #require(Name(origin))).description == full)
    }
}

@Suite("RFC 4343: case")
struct NameCaseTests {
    @Test(arguments: [
        ("A.b", "a.B", true), ("a.b", "a.b.", true), ("a.b", "ab", false), ("a", "a.b", false),
        (#"a\.b"#, "a.b", false), (#"\195"#, #"\227"#, false), ("[", "{", false), ("@", "`", false),
        (".", ".", true),
    ])
    func `names are equal if they differ in ASCII case only`(
        left: String,
        right: String,
        equal: Bool
    ) throws {
        let left = try #require(left == "@" ? Name(#"\@"#) : Name(left))
        let right = try #require(Name(right))
        #expect((left == right) == equal)
        if equal { #expect(left.hashValue == right.hashValue) }
        #expect(Set([left, right]).count == (equal ? 1 : 2))
    }

    @Test func `identity tells case apart, and lowercased removes it`() throws {
        let upper = try #require(Name("A.B"))
        let lower = try #require(Name("a.b"))
        #expect(!upper.isIdentical(to: lower))
        #expect(upper.lowercased.isIdentical(to: lower))
    }
}

@Suite("RFC 4034 §6.1: canonical order")
struct NameOrderTests {
    @Test func `the RFC's example is in order`() throws {
        let names = try [
            "example", "a.example", "yljkjljk.a.example", "Z.a.example", "zABC.a.EXAMPLE",
            "z.example", #"\001.z.example"#, "*.z.example", #"\200.z.example"#,
        ].map { try #require(Name($0)) }
        for (index, first) in names.enumerated() {
            for (other, second) in names.enumerated() {
                #expect((first < second) == (index < other))
            }
        }
        #expect(names.reversed().sorted() == names)
        #expect(Name.root < names[0])
    }
}

@Suite("Editing names")
struct NameEditTests {
    @Test(arguments: [
        ("a.b.c", "b.c", true, true), ("A.B.C", "b.c", true, true), ("b.c", "b.c", true, false),
        ("xb.c", "b.c", false, false), ("b.c", "a.b.c", false, false), ("a", ".", true, true),
        (".", ".", true, false), (".", "a", false, false), (#"a\001b"#, "b", false, false),
    ])
    func `a name is below its ancestors only`(
        name: String,
        ancestor: String,
        isBelowOrAt: Bool,
        isBelow: Bool
    ) throws {
        let name = try #require(Name(name))
        let ancestor = try #require(Name(ancestor))
        #expect(name.isSubdomain(of: ancestor) == isBelowOrAt)
        #expect(name.isStrictSubdomain(of: ancestor) == isBelow)
        #expect((name.removing(suffix: ancestor) != nil) == isBelowOrAt)
    }

    @Test func `parents lead to the root`() throws {
        let name = try #require(Name(#"a\.x.b.c"#))
        #expect(name.firstLabel.elementsEqual("a.x".utf8))
        #expect(name.parent == Name("b.c"))
        #expect(name.parent?.parent?.parent == .root)
        #expect(Name.root.parent == nil)
        #expect(Name.root.firstLabel.isEmpty)
        #expect(name.suffix(labelCount: 2) == Name("b.c"))
        #expect(name.suffix(labelCount: 0) == .root)
        #expect(name.suffix(labelCount: 9) == name)
        #expect(name.suffix(labelCount: -1) == .root)
    }

    @Test func `a suffix is replaced`() throws {
        let name = try #require(Name("x.y.old.example"))
        let old = try #require(Name("OLD.example"))
        let new = try #require(Name("new.test"))
        #expect(try name.replacing(suffix: old, with: new) == Name("x.y.new.test"))
        #expect(try old.replacing(suffix: old, with: new) == new)
        #expect(try name.replacing(suffix: new, with: old) == nil)
        #expect(try name.prepending(label: "w.w").description == #"w\.w.x.y.old.example."#)
        #expect(throws: NameError.emptyLabel) { try name.prepending(label: "") }
    }

    @Test(arguments: [("*.a", true), ("a.*", false), ("**.a", false), ("*", true), (".", false)])
    func `only a whole leftmost asterisk is a wildcard`(text: String, isWildcard: Bool) throws {
        #expect(try #require(Name(text)).isWildcard == isWildcard)
    }
}
