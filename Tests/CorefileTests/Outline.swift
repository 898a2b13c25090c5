import Testing

@testable import Corefile

extension Corefile {
    /// The blocks as `KEY,KEY: directive argument; directive`, with `_` for a space in a word, `⏎`
    /// for a line's end in one and `""` for an empty one.
    var outline: [String] {
        blocks.map { block in
            let directives = block.directives.map { directive in
                directive.tokens.map { Corefile.word($0.text) }.joined(separator: " ")
            }
            let keys = block.keys.map { Corefile.word($0.text) }.joined(separator: ",")
            return keys + ":" + (directives.isEmpty ? "" : " ")
                + directives.joined(separator: "; ")
        }
    }

    private static func word(_ text: String) -> String {
        text.isEmpty ? "\"\"" : text.replacing(" ", with: "_").replacing("\n", with: "⏎")
    }
}

/// What a rule of the language does to a text.
struct LanguageCase: CustomTestStringConvertible {
    /// The rule, in words.
    var rule: String
    /// The Corefile.
    var text: String
    /// The blocks' outlines, if it is accepted.
    var blocks: [String] = []
    /// The warnings, as `LINE: …`, or `FILE:LINE: …` for an imported file.
    var warnings: [String] = []
    /// The errors; the Corefile is refused if there are any.
    var errors: [String] = []

    var testDescription: String { rule }

    /// A text that is accepted without a warning.
    init(_ rule: String, _ text: String, _ blocks: String...) {
        self.rule = rule
        self.text = text
        self.blocks = blocks
    }

    /// A text that is accepted with warnings.
    init(_ rule: String, _ text: String, _ blocks: [String], warns warnings: String...) {
        self.rule = rule
        self.text = text
        self.blocks = blocks
        self.warnings = warnings
    }

    /// A text that is refused.
    init(_ rule: String, _ text: String, errors: String...) {
        self.rule = rule
        self.text = text
        self.errors = errors
    }

    /// Parses the text and compares.
    func check(_ context: CorefileContext) {
        do throws(CorefileErrors) {
            let corefile = try Corefile(parsing: text, context: context)
            #expect(errors.isEmpty, "this should be refused")
            #expect(corefile.outline == blocks)
            #expect(corefile.warnings.map(LanguageCase.text) == warnings)
        } catch {
            #expect(error.errors.map(LanguageCase.text) == errors)
        }
    }

    private static func text(_ error: CorefileError) -> String {
        let text = error.description
        return text.hasPrefix("Corefile:") ? String(text.dropFirst(9)) : text
    }
}
