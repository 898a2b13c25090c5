import Testing

@testable import Expressions

@Suite("Patterns: templates")
struct PatternTemplateTests {
    static func match() throws -> PatternMatch {
        let pattern = try Pattern("(?P<host>[a-z]+)-([0-9]+)(x)?")
        return try #require(try pattern.firstMatch(in: "web-17."))
    }

    @Test(arguments: [
        ("{0}", "web-17"), ("{1}.{2}.svc", "web.17.svc"), ("{1}{1}", "webweb"), ("{3}", ""),
        ("{9}", ""), ("{", "{"), ("{}", "{}"), ("{a}", "{a}"), ("{1", "{1"), ("a}b", "a}b"),
        ("{{1}}", "{web}"), ("", ""), ("é{2}é", "é17é"),
        ("{99999999999999999999}", "{99999999999999999999}"),
    ])
    func `braces hold group numbers`(template: String, text: String) throws {
        #expect(PatternTemplate(braces: template).expand(try Self.match()) == text)
    }

    @Test(arguments: [
        ("$0", "web-17"), ("$1.$2", "web.17"), ("${1}x", "webx"), ("$1x", ""), ("$host", "web"),
        ("${host}s", "webs"), ("$$1", "$1"), ("$", "$"), ("a$ b", "a$ b"), ("${1", "${1"),
        ("${}", "${}"), ("$none", ""),
    ])
    func `dollar signs name groups as in Go`(template: String, text: String) throws {
        #expect(PatternTemplate(dollars: template).expand(try Self.match()) == text)
    }

    @Test func `the highest group can be checked at setup`() {
        #expect(PatternTemplate(braces: "{1}-{12}").highestGroup == 12)
        #expect(PatternTemplate(braces: "x").highestGroup == 0)
        #expect(PatternTemplate(dollars: "$3${2}").highestGroup == 3)
    }
}
