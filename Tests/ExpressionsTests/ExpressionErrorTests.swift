import TestSupport
import Testing

@testable import Expressions

@Suite("expr: mistakes and bounds")
struct ExpressionErrorTests {
    @Test(arguments: [
        ("", "unexpected token EOF (1:1)"),
        ("1 +", "unexpected token EOF (1:4)"),
        ("(1", "unexpected token EOF (1:3)"),
        ("1 2", "unexpected token Number(\"2\") (1:3)"),
        ("[1, ,]", "unexpected token Operator(\",\") (1:5)"),
        ("'abc", "literal not terminated (1:1)"),
        ("`abc", "literal not terminated (1:1)"),
        (#"'a\q'"#, "invalid char escape (1:5)"),
        ("1 @ 2", "unrecognized character: \"@\" (1:3)"),
        ("/* x", "unclosed comment (1:1)"),
        ("12abc", "bad number syntax: \"12a\" (1:1)"),
        ("0xZZ", "invalid integer literal: 0xZZ (1:1)"),
        ("99999999999999999999", "integer literal is too large: 99999999999999999999 (1:1)"),
        ("nam() == 'x'", "unknown name nam; known here: name, bufsize (1:1)"),
        ("foo", "unknown name foo; known here: name, bufsize (1:1)"),
        ("name", "name is a function; call it as name() (1:1)"),
        ("name('a')", "too many arguments to call name: expected 0, got 1 (1:1)"),
        ("len()", "not enough arguments to call len: expected 1, got 0 (1:1)"),
        ("lower(1)", "cannot use int as argument (type string) to call lower (1:7)"),
        ("name() == 5", "invalid operation: == (mismatched types string and int) (1:8)"),
        ("name() < 5", "invalid operation: < (mismatched types string and int) (1:8)"),
        ("name() && true", "invalid operation: && (mismatched types string and bool) (1:8)"),
        ("not name()", "invalid operation: not (mismatched type string) (1:1)"),
        ("-name()", "invalid operation: - (mismatched type string) (1:1)"),
        ("'a' - 'b'", "invalid operation: - (mismatched types string and string) (1:5)"),
        ("'a' in 'abc'", "invalid operation: in (mismatched types string and string) (1:5)"),
        ("1 ? 2 : 3", "non-bool expression (type int) used as condition (1:1)"),
        ("true ? 1", "unexpected token EOF (1:9)"),
        ("name().x", "type string has no field x (1:8)"),
        ("bufsize()[0]", "type int cannot be indexed (1:10)"),
        ("[1]['a']", "cannot use string to index array, want int (1:5)"),
        ("{}.a.b()", "type any has no method b (1:6)"),
        ("1[1:2]", "cannot slice int (1:2)"),
        ("#", "cannot use pointer accessor outside predicate (1:1)"),
        ("filter([1], # + )", "unexpected token Bracket(\")\") (1:17)"),
        ("filter([1], 2)", "cannot use int as argument (type bool) to call filter (1:13)"),
        ("map([1], #acc)", "unknown pointer #acc; only # and #index (1:10)"),
        ("{1 + 1: 2}", "unexpected token Operator(\"+\") (1:4)"),
        ("{[1]: 2}", "a map key must be a quoted string"),
        ("let name = 1; 2", "cannot redeclare name (1:5)"),
        ("let x = 1", "unexpected token EOF (1:10)"),
        ("1 ?? 2 + 3", "Operator (+) and coalesce expressions (??) cannot be mixed."),
        ("'a' not 'b'", "unexpected token String(\"b\") (1:9)"),
        (
            "'a' matches '('",
            "error parsing regexp: missing closing ): `(` (1:13)"
        ),
        ("1 ==\n name(", "unexpected token EOF (2:7)"),
    ])
    func `a mistake is found at setup, with its place`(source: String, message: String) throws {
        let declared: [ExpressionDeclaration] = [
            .function("name", returning: .string), .function("bufsize", returning: .int),
        ]
        let error = try #require(throws: ExpressionError.self) {
            try Expression(source, declarations: declared)
        }
        #expect(error.description.hasPrefix(message), "\(error)")
    }

    @Test func `the line is shown with a mark below the mistake`() {
        let error = #expect(throws: ExpressionError.self) { try Expression("1 ==\n  'é' + 2") }
        #expect(error?.line == 2)
        #expect(error?.column == 7)
        #expect(
            error?.description == """
                invalid operation: + (mismatched types string and int) (2:7)
                 |   'é' + 2
                 | ......^
                """
        )
    }

    @Test(arguments: [
        ("[1][3]", "index out of range: 3 (array length is 1) (1:4)"),
        ("1 % 0", "integer divide by zero (1:3)"),
        ("int('x')", "invalid operation: int(\"x\") (1:1)"),
        ("x.a", "cannot fetch a from nil (1:3)"),
        ("x + 1", "expected number, got nil (1:3)"),
        ("x && true", "expected bool, got nil (1:1)"),
        ("lower(x)", "expected string, got nil (1:1)"),
        ("len(x)", "invalid argument for len (type nil) (1:1)"),
        ("x matches 'a'", "expected string, got nil (1:3)"),
        ("'a' matches ('(' + '')", "error parsing regexp: missing closing ): `(` (1:5)"),
        ("[1][x]", "expected int, got nil (1:4)"),
        ("join([1])", "expected string, got int (1:1)"),
    ])
    func `what only evaluation can find is an error then`(source: String, message: String) throws {
        let expression = try Expression(source, declarations: [.variable("x", .any)])
        let error = try #require(throws: EvaluationError.self) {
            try expression.evaluate { _, _ in .null }
        }
        #expect(error.description.hasPrefix(message), "\(error)")
        #expect(error.code == .invalid)
    }

    @Test(arguments: [
        "1..1000000", "0..9223372036854775807", "repeat('a', 1000000)",
        "repeat(repeat('a', 10000), 10000)", "replace(repeat('a', 9000), 'a', 'bbb')",
        "map(1..9999, map(1..9999, #))", "any(1..9999, any(1..9999, # == 0))",
        "let a = repeat('x', 9000); a + a", "repeat('a', 40) + '!' matches '^(a+)+$'",
        "join(map(1..9999, 'abcdefgh'))",
    ])
    func `an expression that takes too much is given up`(source: String) throws {
        let expression = try Expression(source)
        let error = try #require(throws: EvaluationError.self) { try expression.evaluate() }
        #expect(error.code == .tooCostly, "\(error)")
    }

    @Test func `nesting is bounded`() throws {
        let deep = String(repeating: "(", count: 200) + "1" + String(repeating: ")", count: 200)
        let error = #expect(throws: ExpressionError.self) { try Expression(deep) }
        #expect(error?.reason == "expression nested deeper than 100")
        #expect(throws: ExpressionError.self) {
            try Expression(String(repeating: "!", count: 5_000) + "true")
        }
        let long = Array(repeating: "1", count: 1_000).joined(separator: "+")
        #expect(throws: ExpressionError.self) { try Expression(long) }
        let alternatives = Array(repeating: "1 == 2", count: 200).joined(separator: " || ")
        #expect(try Expression(alternatives).isTrue() == false)
    }

    @Test func `any words come to an end`() {
        var random = SeededGenerator(seed: 11)
        let pieces = [
            "1", "1", "0.5", "'a'", "x", "x", "x[", "f(x", "f(", "(", ")", "[", "]", "{", "}", ",",
            ":", "?", "??", "?.",
            ".", "..", "+", "-", "*", "/", "%", "**", "==", "<", "&&", " or ", " not ", " in ",
            " matches ", "len(", "map(", "filter(", "#", "let y = ", ";", "|", "nil", "true", "\"",
            "`", "é", "\\", "repeat(", "split(",
        ]
        let declared: [ExpressionDeclaration] = [
            .variable("x", .any), .function("f", [.any], returning: .any),
        ]
        var parsed = 0
        for _ in 0..<6_000 {
            let source = random.text(of: pieces, upTo: 6)
            guard let expression = try? Expression(source, declarations: declared) else { continue }
            parsed += 1
            _ = try? expression.evaluate { _, arguments in arguments.first ?? .list([.int(1)]) }
        }
        #expect(parsed > 100)
    }
}
