/// Why a template was refused at setup, in the words of Go's text/template.
public struct TemplateError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The template's name.
    public let name: String
    /// The line of the mistake, from 1.
    public let line: Int
    /// What is wrong.
    public let reason: String

    /// The whole message.
    public var description: String { "template: \(name):\(line): \(reason)" }
}
