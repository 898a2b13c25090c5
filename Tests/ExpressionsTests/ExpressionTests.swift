import Testing

@testable import Expressions

@Suite("expr: evaluation")
struct ExpressionTests {
    /// What the view plugin declares, with fixed values.
    static let declarations: [ExpressionDeclaration] = [
        .function("name", returning: .string),
        .function("type", returning: .string),
        .function("client_ip", returning: .string),
        .function("bufsize", returning: .int),
        .function("do", returning: .bool),
        .function("incidr", [.string, .string], returning: .bool),
        .function("metadata", [.string], returning: .any),
        .variable("labels", .map),
        .variable("ports", .list),
        .variable("nothing", .any),
    ]

    static func value(_ index: Int, _ arguments: [Value]) throws(EvaluationError) -> Value {
        switch declarations[index].name {
        case "name": return .string("web.shop.example.org.")
        case "type": return .string("AAAA")
        case "client_ip": return .string("10.0.0.7")
        case "bufsize": return .int(1232)
        case "do": return .bool(true)
        case "incidr": return .bool(arguments[0].text.hasPrefix("10.") && arguments[1].text != "")
        case "metadata": return .string("<\(arguments[0].text)>")
        case "labels": return .map(["app": .string("web"), "tier": .string("1")])
        case "ports": return .list([.int(80), .int(443), .int(8080)])
        default: return .null
        }
    }

    static func evaluate(_ source: String) throws -> Value {
        try Expression(source, declarations: declarations).evaluate(value)
    }

    @Test(arguments: [
        ("42", Value.int(42)), ("0x2A", .int(42)), ("0o52", .int(42)), ("0b101010", .int(42)),
        ("1_000", .int(1_000)), ("0.5", .float(0.5)), (".5", .float(0.5)), ("1e3", .float(1_000)),
        ("1.5e-1", .float(0.15)), ("'a'", .string("a")), ("\"a\"", .string("a")),
        ("`a\\n`", .string("a\\n")), (#"'a\n\t\'\\'"#, .string("a\n\t'\\")),
        (#""\u00e9\x41""#, .string("éA")), ("true", .bool(true)), ("false", .bool(false)),
        ("nil", .null), ("[1, 'a', nil]", .list([.int(1), .string("a"), .null])),
        ("[1, 2,]", .list([.int(1), .int(2)])), ("[]", .list([])),
        ("{a: 1, 'b c': 2, 3: 3}", .map(["a": .int(1), "b c": .int(2), "3": .int(3)])),
        ("{('a' + 'b'): 1}", .map(["ab": .int(1)])), ("/* x */ 1 // y", .int(1)),
    ])
    func `literals`(source: String, expected: Value) throws {
        #expect(try Self.evaluate(source) == expected)
    }

    @Test(arguments: [
        ("1 + 2 * 3", Value.int(7)), ("(1 + 2) * 3", .int(9)), ("7 / 2", .float(3.5)),
        ("7 % 3", .int(1)), ("-7 % 3", .int(-1)), ("2 ** 3 ** 2", .float(512)),
        ("2 ^ 3", .float(8)), ("-2 + 5", .int(3)), ("+3", .int(3)), ("1 + 0.5", .float(1.5)),
        ("10 - 2 - 3", .int(5)), ("'a' + 'b'", .string("ab")), ("-bufsize()", .int(-1_232)),
        ("9223372036854775807 + 1", .int(.min)),
        ("1..3", .list([.int(1), .int(2), .int(3)])), ("3..1", .list([])),
        ("1..2 + 1", .list([.int(1), .int(2), .int(3)])),
    ])
    func `arithmetic`(source: String, expected: Value) throws {
        #expect(try Self.evaluate(source) == expected)
    }

    @Test(arguments: [
        ("1 == 1.0", true), ("'a' == 'a'", true), ("'a' != 'b'", true), ("nil == nil", true),
        ("[1] == [1]", true), ("{a: 1} == {a: 1}", true), ("1 < 2", true), ("2 <= 2", true),
        ("'a' < 'b'", true), ("1 < 2 < 3", true), ("1 < 3 < 2", false), ("3 > 2 >= 2", true),
        ("true && false", false), ("true and not false", true), ("false || true", true),
        ("false or false", false), ("!true", false), ("not (1 == 2)", true),
        ("true || 1 % 0 == 1", true), ("false && 1 % 0 == 1", false),
        ("2 in [1, 2]", true), ("3 not in [1, 2]", true), ("'app' in labels", true),
        ("'x' in labels", false), ("'a' in nothing", false), ("80 in ports", true),
        ("'abc' contains 'bc'", true), ("'abc' contains ''", true),
        ("'abc' not contains 'x'", true),
        ("'abc' startsWith 'ab'", true), ("'abc' endsWith 'bc'", true),
        ("'bc' endsWith 'abc'", false),
        ("'abc' matches '^a.c$'", true), ("'abc' matches 'a' + 'x'", false),
        ("'abc' not matches 'b'", false), ("not ('a' matches 'b')", true),
        ("name() matches '^(web|db)[.]shop[.]'", true), ("do()", true),
        ("incidr(client_ip(), '10.0.0.0/8')", true), ("type() in ['A', 'AAAA']", true),
        ("metadata('geoip/country/code') == '<geoip/country/code>'", true),
        ("bufsize() >= 1232 and name() endsWith '.org.'", true),
    ])
    func `conditions`(source: String, expected: Bool) throws {
        let expression = try Expression(source, declarations: Self.declarations)
        #expect(try expression.isTrue(Self.value) == expected)
        #expect(expression.type == .bool || expression.type == .any)
    }

    @Test(arguments: [
        ("true ? 1 : 2", Value.int(1)), ("false ? 1 : 2", .int(2)),
        ("false ? 1 : true ? 2 : 3", .int(2)), ("nothing ?? 'x'", .string("x")),
        ("nil ?? nil ?? 3", .int(3)), ("'a' ?? 'b'", .string("a")),
        ("if 1 == 1 { 'a' } else { 'b' }", .string("a")),
        ("if false { 1 } else if true { 2 } else { 3 }", .int(2)),
        ("let x = 2; x * x", .int(4)), ("let x = 1; let y = x + 1; x + y", .int(3)),
        ("labels.app", .string("web")), ("labels['tier']", .string("1")), ("labels.none", .null),
        ("labels?.none?.deeper", .null), ("nothing?.a.b.c", .null), ("nothing?.a ?? 7", .int(7)),
        ("nothing?.[0]", .null), ("ports[0]", .int(80)), ("ports[-1]", .int(8_080)),
        ("ports[1:]", .list([.int(443), .int(8_080)])),
        ("ports[:-1]", .list([.int(80), .int(443)])),
        ("ports[1:2][0]", .int(443)), ("ports[5:]", .list([])), ("'abcdef'[1:3]", .string("bc")),
        ("{'in': 1}.in", .int(1)), ("[[1, 2], [3]][0][1]", .int(2)),
    ])
    func `choices and members`(source: String, expected: Value) throws {
        #expect(try Self.evaluate(source) == expected)
    }

    @Test(arguments: [
        ("len('é')", Value.int(1)), ("len(ports)", .int(3)), ("len(labels)", .int(2)),
        ("lower('ABC')", .string("abc")), ("upper('abc')", .string("ABC")),
        ("trim('  a ')", .string("a")), ("trim('__a_', '_')", .string("a")),
        ("trimPrefix('abc', 'ab')", .string("c")), ("trimSuffix('abc', 'bc')", .string("a")),
        ("split('a,b,c', ',')", .list([.string("a"), .string("b"), .string("c")])),
        ("split('a,b,c', ',', 2)", .list([.string("a"), .string("b,c")])),
        ("split('ab', '')", .list([.string("a"), .string("b")])),
        ("replace('aXbX', 'X', '-')", .string("a-b-")), ("repeat('ab', 2)", .string("abab")),
        ("indexOf('abc', 'c')", .int(2)), ("indexOf('abc', 'x')", .int(-1)),
        ("lastIndexOf('abab', 'ab')", .int(2)), ("hasPrefix('abc', 'a')", .bool(true)),
        ("hasSuffix('abc', 'a')", .bool(false)), ("join(['a', 'b'], '.')", .string("a.b")),
        ("join(['a', 'b'])", .string("ab")), ("first(ports)", .int(80)), ("first([])", .null),
        ("last(ports)", .int(8_080)), ("take(ports, 1)", .list([.int(80)])),
        ("reverse(ports)[0]", .int(8_080)),
        ("keys(labels)", .list([.string("app"), .string("tier")])),
        ("values({a: 1})", .list([.int(1)])), ("abs(-5)", .int(5)), ("abs(-0.5)", .float(0.5)),
        ("min(5, 7)", .int(5)), ("max([1, 9, 3])", .int(9)), ("ceil(1.2)", .float(2)),
        ("floor(1.8)", .float(1)), ("round(1.5)", .float(2)), ("sum([1, 2, 0.5])", .float(3.5)),
        ("int('12')", .int(12)), ("int(1.9)", .int(1)), ("float('1.5')", .float(1.5)),
        ("string(12)", .string("12")), ("string(1.5)", .string("1.5")),
        ("::type(12)", .string("int")), ("::type(nil)", .string("nil")),
        ("type()", .string("AAAA")),
        ("name() | split('.') | first()", .string("web")),
        ("'A' | lower() | repeat(2)", .string("aa")),
        ("split(name(), '.')[-2]", .string("org")),
    ])
    func `functions`(source: String, expected: Value) throws {
        #expect(try Self.evaluate(source) == expected)
    }

    @Test(arguments: [
        ("all(ports, # > 1)", Value.bool(true)), ("any(ports, {# == 443})", .bool(true)),
        ("none(ports, # == 1)", .bool(true)), ("one(ports, # > 8000)", .bool(true)),
        ("all([], false)", .bool(true)), ("any([], true)", .bool(false)),
        ("filter(ports, # > 100)", .list([.int(443), .int(8_080)])),
        ("map(1..3, # * 2)", .list([.int(2), .int(4), .int(6)])),
        ("map(['a', 'b'], #index)", .list([.int(0), .int(1)])),
        ("count(ports, # > 100)", .int(2)), ("count([true, false])", .int(1)),
        ("find(ports, # > 100)", .int(443)), ("find(ports, # > 9999)", .null),
        ("findIndex(ports, # == 443)", .int(1)),
        ("map([{a: 1}, {a: 2}], .a)", .list([.int(1), .int(2)])),
        ("filter(split(name(), '.'), len(#) > 3) | len()", .int(2)),
        ("any(ports, any(1..3, # == 2))", .bool(true)),
        ("map(1..2, map([10], # + 1)[0] + #)", .list([.int(12), .int(13)])),
        ("let x = 1; filter(1..3, # > x)", .list([.int(2), .int(3)])),
    ])
    func `predicates`(source: String, expected: Value) throws {
        #expect(try Self.evaluate(source) == expected)
    }

    @Test func `a caller's function hides the language's`() throws {
        let declared = [ExpressionDeclaration.function("len", returning: .int)]
        let expression = try Expression("len() + ::len('ab')", declarations: declared)
        #expect(try expression.evaluate { _, _ in .int(40) } == .int(42))
    }

    @Test func `what a caller's function throws comes out`() throws {
        let expression = try Expression("name()", declarations: Self.declarations)
        let error = #expect(throws: EvaluationError.self) { try expression.evaluate() }
        #expect(error?.code == .invalid)
    }
}
