/// A part of a template.
indirect enum TemplateNode: Sendable {
    case text(String)
    case action(TemplatePipeline)
    case conditional(TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
    case with(TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
    case range(TemplatePipeline, body: [TemplateNode], otherwise: [TemplateNode])
    case leave
    case skip
}

/// Commands whose results pass from one to the next, and the variables that take the last one's.
struct TemplatePipeline: Sendable {
    var variables: [String] = []
    /// The variables exist already: `=` rather than `:=`.
    var assigns = false
    var commands: [TemplateCommand] = []
    var place: TemplatePlace
}

/// A function, field or value with its arguments.
struct TemplateCommand: Sendable {
    let operands: [TemplateOperand]
    let place: TemplatePlace
}

/// Something with a value.
indirect enum TemplateOperand: Sendable {
    case dot
    case null
    case literal(Value)
    case function(String, TemplatePlace)
    case field([String], TemplatePlace)
    case variable(String, fields: [String], TemplatePlace)
    case pipeline(TemplatePipeline, fields: [String], TemplatePlace)
}

/// Where something is in a template, for messages.
struct TemplatePlace: Sendable {
    let line: Int
    let column: Int
    let source: String
}
