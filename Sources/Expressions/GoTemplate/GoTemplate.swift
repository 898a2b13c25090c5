/// A text with actions in double braces, in the language of Go's text/template.
///
/// What CoreDNS' template plugin has in its records: fields, variables, pipelines, `if`, `with`,
/// `range`, the predefined functions and those of the caller. `define`, `template` and `block` are
/// refused, since each record is one template. Steps, depth and output are bounded.
///
/// - SeeAlso: Go text/template.
public struct GoTemplate: Sendable {
    /// The template's name, which errors mention.
    public let name: String
    /// The template as written.
    public let source: String

    private let nodes: [TemplateNode]
    private let functions: [String: Function]

    /// Parses a template.
    ///
    /// - Parameters:
    ///   - source: The template, at most 65,535 octets.
    ///   - name: The template's name, which errors mention.
    ///   - functions: Functions besides the predefined ones, and in place of those of the same
    ///   name.
    /// - Throws: ``TemplateError`` in Go's words.
    public init(
        _ source: String,
        name: String = "",
        functions: [String: Function] = [:]
    ) throws(TemplateError) {
        guard source.utf8.count <= Limits.templateOctetsMax else {
            throw TemplateError(
                name: name,
                line: 1,
                reason: "longer than \(Limits.templateOctetsMax) octets"
            )
        }
        var lexer = TemplateLexer(name: name, source: source)
        let tokens = lexer.run()
        let known = TemplateFunctions.names.union(functions.keys)
        var parser = TemplateParser(name: name, source: source, tokens: tokens, functions: known)
        nodes = try parser.parse()
        self.name = name
        self.source = source
        self.functions = functions
    }

    /// Executes the template.
    ///
    /// - Parameter data: What the dot and `$` are at the start.
    /// - Returns: The text.
    /// - Throws: ``EvaluationError`` in Go's words when an action fails, or a bound is reached.
    public func render(_ data: Value) throws(EvaluationError) -> String {
        var run = TemplateRun(name: name, functions: functions, data: data)
        _ = try run.walk(nodes, data)
        return String(decoding: run.output, as: UTF8.self)
    }
}
