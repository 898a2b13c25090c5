/// Formats values as Go's fmt package does.
///
/// - SeeAlso: Go fmt, "Printing".
struct GoFormat {
    /// The flags, width and precision between `%` and the verb.
    struct Layout {
        var isLeft = false
        var hasPlus = false
        var isSharp = false
        var hasSpace = false
        var isZeroPadded = false
        var width: Int?
        var precision: Int?
    }

    private let arguments: [Value]
    private var next = 0

    init(arguments: [Value]) {
        self.arguments = arguments
    }

    /// The values one after another, with spaces between those of which neither is a text.
    static func joined(_ values: [Value]) -> String {
        var result = ""
        var followsString = true
        for value in values {
            var isString = false
            if case .string = value { isString = true }
            if !isString && !followsString { result += " " }
            result += value.text
            followsString = isString
        }
        return result
    }

    /// The values with spaces between all of them.
    static func spaced(_ values: [Value]) -> String {
        values.map(\.text).joined(separator: " ")
    }

    /// Returns the format with its verbs replaced by the arguments.
    mutating func text(_ format: String) throws(EvaluationError) -> String {
        let scalars = Array(format.unicodeScalars)
        var result = ""
        var index = 0
        while index < scalars.count {
            guard scalars[index] == "%" else {
                result.unicodeScalars.append(scalars[index])
                index += 1
                continue
            }
            index += 1
            let layout = layout(scalars, &index)
            guard index < scalars.count else {
                result += "%!(NOVERB)"
                break
            }
            result += replacement(of: scalars[index], layout)
            index += 1
            guard result.utf8.count <= Limits.templateOutputOctetsMax else {
                throw EvaluationError("text too long", code: .tooCostly)
            }
        }
        if next < arguments.count {
            let extra = arguments[next...].map(GoFormat.described).joined(separator: ", ")
            result += "%!(EXTRA \(extra))"
        }
        return result
    }

    private mutating func layout(_ scalars: [Unicode.Scalar], _ index: inout Int) -> Layout {
        var layout = Layout()
        flags: while index < scalars.count {
            switch scalars[index] {
            case "-": layout.isLeft = true
            case "+": layout.hasPlus = true
            case "#": layout.isSharp = true
            case " ": layout.hasSpace = true
            case "0": layout.isZeroPadded = true
            default: break flags
            }
            index += 1
        }
        layout.width = number(scalars, &index)
        if let width = layout.width, width < 0 {
            layout.isLeft = true
            layout.width = -width
        }
        if index < scalars.count, scalars[index] == "." {
            index += 1
            layout.precision = max(0, number(scalars, &index) ?? 0)
        }
        return layout
    }

    /// Reads digits, or takes an argument for `*`.
    private mutating func number(_ scalars: [Unicode.Scalar], _ index: inout Int) -> Int? {
        let bound = Limits.printfWidthMax
        if index < scalars.count, scalars[index] == "*" {
            index += 1
            guard next < arguments.count, case .int(let value) = arguments[next] else { return nil }
            next += 1
            return min(max(value, -bound), bound)
        }
        var value: Int?
        while index < scalars.count, scalars[index] >= "0", scalars[index] <= "9" {
            value = min((value ?? 0) * 10 + Int(scalars[index].value - 0x30), bound)
            index += 1
        }
        return value
    }

    private mutating func replacement(of verb: Unicode.Scalar, _ layout: Layout) -> String {
        if verb == "%" { return "%" }
        guard next < arguments.count else { return "%!\(verb)(MISSING)" }
        defer { next += 1 }
        return GoFormat.text(of: arguments[next], verb, layout)
    }

    /// A value with its type, as complaints have it.
    static func described(_ value: Value) -> String {
        if case .null = value { return "<nil>" }
        return "\(value.typeName)=\(value.text)"
    }

    /// Formats one value.
    static func text(of value: Value, _ verb: Unicode.Scalar, _ layout: Layout) -> String {
        if verb == "T" { return layout.padded(value.typeName) }
        switch value {
        case .int(let number):
            if let text = GoFormat.integer(number, verb, layout) { return text }
        case .float(let number):
            if let text = GoFormat.float(number, verb, layout) { return text }
        case .string(let text):
            if let text = GoFormat.string(text, verb, layout) { return text }
        case .bool(let truth):
            if verb == "t" || verb == "v" { return layout.padded(truth ? "true" : "false") }
        case .list(let values):
            let parts = values.map { text(of: $0, verb, layout) }
            return "[" + parts.joined(separator: " ") + "]"
        case .null, .map, .record, .function:
            if verb == "v" { return layout.padded(value.text) }
        }
        return "%!\(verb)(\(described(value)))"
    }
}
