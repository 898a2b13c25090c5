/// The predefined functions of templates.
///
/// - SeeAlso: Go text/template, "Functions".
enum TemplateFunctions {
    private static let most = 1_000

    /// The names of all predefined functions.
    static let names = Set(table.keys).union(["and", "or", "call"])

    /// Finds a predefined function; `and`, `or` and `call` aren't among them, as they are syntax.
    static func function(named name: String) -> Function? { table[name] }

    private static let table: [String: Function] = [
        "not": Function(arity: 1...1) { .bool(!truth($0[0])) },
        "eq": comparison { (values) throws(EvaluationError) in
            var isEqual = false
            for value in values.dropFirst() {
                try checkComparable(values[0], value)
                isEqual = isEqual || values[0] == value
            }
            return isEqual
        },
        "ne": pair { (left, right) throws(EvaluationError) in
            try checkComparable(left, right)
            return left != right
        },
        "lt": pair { (left, right) throws(EvaluationError) in try isLess(left, right) },
        "ge": pair { (left, right) throws(EvaluationError) in !(try isLess(left, right)) },
        "gt": pair { (left, right) throws(EvaluationError) in try isLess(right, left) },
        "le": pair { (left, right) throws(EvaluationError) in !(try isLess(right, left)) },
        "len": Function(arity: 1...1) { (values) throws(EvaluationError) in
            try .int(length(of: values[0]))
        },
        "index": Function(arity: 1...most) { (values) throws(EvaluationError) in
            try element(values)
        },
        "slice": Function(arity: 1...4) { (values) throws(EvaluationError) in
            try slice(values)
        },
        "print": text(GoFormat.joined),
        "println": text { GoFormat.spaced($0) + "\n" },
        "printf": Function(arity: 1...most) { (values) throws(EvaluationError) in
            guard case .string(let format) = values[0] else {
                throw EvaluationError(
                    "wrong type for value; expected string; got \(values[0].typeName)"
                )
            }
            var writer = GoFormat(arguments: Array(values.dropFirst()))
            return .string(try writer.text(format))
        },
        "html": text { escapedForHTML(GoFormat.joined($0)) },
        "urlquery": text { escapedForQuery(GoFormat.joined($0)) },
    ]

    private static func text(_ body: @escaping @Sendable ([Value]) -> String) -> Function {
        Function(arity: 0...most) { (values) throws(EvaluationError) in
            let text = body(values)
            guard text.utf8.count <= Limits.templateOutputOctetsMax else {
                throw EvaluationError("text too long", code: .tooCostly)
            }
            return .string(text)
        }
    }

    private static func comparison(
        _ body: @escaping @Sendable ([Value]) throws(EvaluationError) -> Bool
    ) -> Function {
        Function(arity: 1...most) { (values) throws(EvaluationError) in
            guard values.count > 1 else {
                throw EvaluationError("missing argument for comparison")
            }
            return .bool(try body(values))
        }
    }

    private static func pair(
        _ body: @escaping @Sendable (Value, Value) throws(EvaluationError) -> Bool
    ) -> Function {
        Function(arity: 2...2) { (values) throws(EvaluationError) in
            .bool(try body(values[0], values[1]))
        }
    }

    // MARK: Truth and order

    /// Tells whether `if` takes a value for true: anything but zero, nothing and the empty.
    static func truth(_ value: Value) -> Bool {
        switch value {
        case .null: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .float(let value): value != 0
        case .string(let value): !value.isEmpty
        case .list(let values): !values.isEmpty
        case .map(let values): !values.isEmpty
        case .record, .function: true
        }
    }

    private static func checkComparable(_ left: Value, _ right: Value) throws(EvaluationError) {
        switch (left, right) {
        case (.bool, .bool), (.int, .int), (.float, .float), (.string, .string): return
        case (.null, _), (_, .null): return
        case (.list, _), (.map, _), (.record, _), (.function, _):
            throw EvaluationError("non-comparable type \(left.text): \(left.typeName)")
        default: throw EvaluationError("incompatible types for comparison")
        }
    }

    private static func isLess(_ left: Value, _ right: Value) throws(EvaluationError) -> Bool {
        switch (left, right) {
        case (.int(let left), .int(let right)): return left < right
        case (.float(let left), .float(let right)): return left < right
        case (.string(let left), .string(let right)): return left.precedesInOctets(right)
        case (.int, _), (.float, _), (.string, _):
            throw EvaluationError("incompatible types for comparison")
        default: throw EvaluationError("invalid type for comparison")
        }
    }

    // MARK: Elements

    private static func length(of value: Value) throws(EvaluationError) -> Int {
        switch value {
        case .string(let text): return text.utf8.count
        case .list(let values): return values.count
        case .map(let values): return values.count
        case .null: throw EvaluationError("len of nil pointer")
        default: throw EvaluationError("len of type \(value.typeName)")
        }
    }

    private static func offset(
        _ index: Value,
        in range: ClosedRange<Int>
    ) throws(EvaluationError) -> Int {
        guard case .int(let offset) = index else {
            throw EvaluationError("cannot index slice/array with type \(index.typeName)")
        }
        guard range.contains(offset) else {
            throw EvaluationError("index out of range: \(offset)")
        }
        return offset
    }

    private static func element(_ arguments: [Value]) throws(EvaluationError) -> Value {
        var value = arguments[0]
        for index in arguments.dropFirst() {
            switch value {
            case .list(let values):
                guard !values.isEmpty else {
                    throw EvaluationError("index out of range: \(index.text)")
                }
                value = values[try offset(index, in: 0...(values.count - 1))]
            case .string(let text):
                let octets = Array(text.utf8)
                guard !octets.isEmpty else {
                    throw EvaluationError("index out of range: \(index.text)")
                }
                value = .int(Int(octets[try offset(index, in: 0...(octets.count - 1))]))
            case .map(let values):
                guard case .string(let key) = index else {
                    throw EvaluationError("value has type \(index.typeName); should be string")
                }
                value = values[key] ?? .null
            case .null: throw EvaluationError("index of untyped nil")
            default: throw EvaluationError("can't index item of type \(value.typeName)")
            }
        }
        return value
    }

    private static func slice(_ arguments: [Value]) throws(EvaluationError) -> Value {
        let count: Int
        switch arguments[0] {
        case .list(let values): count = values.count
        case .string(let text):
            guard arguments.count < 4 else {
                throw EvaluationError("cannot 3-index slice a string")
            }
            count = text.utf8.count
        case .null: throw EvaluationError("slice of untyped nil")
        default: throw EvaluationError("can't slice item of type \(arguments[0].typeName)")
        }
        let low = arguments.count > 1 ? try offset(arguments[1], in: 0...count) : 0
        let high = arguments.count > 2 ? try offset(arguments[2], in: 0...count) : count
        guard low <= high else {
            throw EvaluationError("invalid slice index: \(low) > \(high)")
        }
        switch arguments[0] {
        case .list(let values): return .list(Array(values[low..<high]))
        default:
            let octets = Array(arguments[0].text.utf8)[low..<high]
            return .string(String(decoding: octets, as: UTF8.self))
        }
    }

    // MARK: Escapes

    private static func escapedForHTML(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "&#34;"
            case "'": result += "&#39;"
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\0": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func escapedForQuery(_ text: String) -> String {
        var result = ""
        for octet in text.utf8 {
            switch octet {
            case _ where octet.isWord, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(octet))
            case 0x20: result += "+"
            default:
                let digits = String(octet, radix: 16, uppercase: true)
                result += "%" + (digits.utf8.count < 2 ? "0" : "") + digits
            }
        }
        return result
    }
}
