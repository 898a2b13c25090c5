/// Where a reader or a validator is inside an object, and what it found wrong so far.
///
/// The path becomes text only when an error is reported: most objects have none.
struct FieldContext {
    private enum Step {
        case field(String)
        case key(String)
        case index(Int)
    }

    private var steps: [Step] = []
    /// What was found wrong.
    private(set) var errors: [FieldError] = []

    /// The path of the current place, like `spec.ports[0]`.
    var path: String { path(to: nil) }

    private func path(to field: String?) -> String {
        var text = ""
        for step in steps {
            switch step {
            case .field(let name): text += text.isEmpty ? name : ".\(name)"
            case .key(let key): text += "[\(key)]"
            case .index(let index): text += "[\(index)]"
            }
        }
        guard let field else { return text }
        return text.isEmpty ? field : "\(text).\(field)"
    }

    /// Runs `body` one field deeper.
    mutating func at<Result>(
        _ field: String,
        _ body: (inout FieldContext) -> Result
    ) -> Result {
        steps.append(.field(field))
        defer { steps.removeLast() }
        return body(&self)
    }

    /// Runs `body` inside an element of a list.
    mutating func at<Result>(index: Int, _ body: (inout FieldContext) -> Result) -> Result {
        steps.append(.index(index))
        defer { steps.removeLast() }
        return body(&self)
    }

    /// Runs `body` inside the entry of a map.
    mutating func at<Result>(key: String, _ body: (inout FieldContext) -> Result) -> Result {
        steps.append(.key(key))
        defer { steps.removeLast() }
        return body(&self)
    }

    /// Reports an error at the current place, or at a field of it.
    mutating func report(
        _ reason: FieldError.Reason,
        _ field: String? = nil,
        _ badValue: Value? = nil,
        _ detail: String = ""
    ) {
        guard errors.count < Limits.errorsPerObjectMax else { return }
        errors.append(
            FieldError(reason, field: path(to: field), badValue: badValue, detail: detail)
        )
    }

    /// Reports that a value is none of the known ones.
    mutating func reportUnsupported(_ field: String?, _ badValue: Value, supported: [String]) {
        let list = supported.sorted().map(JSONWriter.quoted).joined(separator: ", ")
        report(.notSupported, field, badValue, "supported values: \(list)")
    }
}
