extension TemplateRun {
    mutating func set(_ name: String, _ value: Value, assigns: Bool) {
        if assigns, let index = variables.lastIndex(where: { $0.name == name }) {
            variables[index].value = value
        } else {
            variables.append((name, value))
        }
    }

    private func variable(_ name: String) -> Value {
        variables.last { $0.name == name }?.value ?? .null
    }

    mutating func value(
        of pipeline: TemplatePipeline,
        _ dot: Value
    ) throws(EvaluationError) -> Value {
        var result: Value?
        for command in pipeline.commands {
            result = try value(of: command, dot, passed: result)
        }
        let value = result ?? .null
        for name in pipeline.variables { set(name, value, assigns: pipeline.assigns) }
        return value
    }

    private mutating func value(
        of command: TemplateCommand,
        _ dot: Value,
        passed: Value?
    ) throws(EvaluationError) -> Value {
        try spend(command.place)
        guard let first = command.operands.first else { return .null }
        let arguments = Array(command.operands.dropFirst())
        switch first {
        case .function(let function, let place):
            return try call(function, arguments, dot, passed, place)
        case .field(let fields, let place):
            let given = try values(of: arguments, dot, passed)
            return try chain(dot, fields, given, place)
        case .variable(let name, let fields, let place) where !fields.isEmpty:
            let given = try values(of: arguments, dot, passed)
            return try chain(variable(name), fields, given, place)
        case .pipeline(let inner, let fields, let place) where !fields.isEmpty:
            let base = try parenthesized(inner, dot)
            return try chain(base, fields, try values(of: arguments, dot, passed), place)
        case .null: throw failure("nil is not a command", command.place)
        default: break
        }
        guard arguments.isEmpty, passed == nil else {
            throw failure(
                "can't give argument to non-function \(command.place.source)",
                command.place
            )
        }
        return try value(of: first, dot)
    }

    private mutating func parenthesized(
        _ pipeline: TemplatePipeline,
        _ dot: Value
    ) throws(EvaluationError) -> Value {
        let known = variables.count
        defer { variables.removeSubrange(known...) }
        return try value(of: pipeline, dot)
    }

    private mutating func values(
        of operands: [TemplateOperand],
        _ dot: Value,
        _ passed: Value?
    ) throws(EvaluationError) -> [Value] {
        var values: [Value] = []
        for operand in operands { values.append(try value(of: operand, dot)) }
        if let passed { values.append(passed) }
        return values
    }

    private mutating func value(
        of operand: TemplateOperand,
        _ dot: Value
    ) throws(EvaluationError) -> Value {
        switch operand {
        case .dot: return dot
        case .null: return .null
        case .literal(let value): return value
        case .function(let function, let place): return try call(function, [], dot, nil, place)
        case .field(let fields, let place): return try chain(dot, fields, [], place)
        case .variable(let name, let fields, let place):
            return try chain(variable(name), fields, [], place)
        case .pipeline(let inner, let fields, let place):
            return try chain(try parenthesized(inner, dot), fields, [], place)
        }
    }

    // MARK: Fields and functions

    private func chain(
        _ base: Value,
        _ fields: [String],
        _ arguments: [Value],
        _ place: TemplatePlace
    ) throws(EvaluationError) -> Value {
        var value = base
        for (index, field) in fields.enumerated() {
            let isLast = index == fields.count - 1
            value = try self.field(field, of: value, isLast ? arguments : [], place)
        }
        return value
    }

    private func field(
        _ field: String,
        of receiver: Value,
        _ arguments: [Value],
        _ place: TemplatePlace
    ) throws(EvaluationError) -> Value {
        let value: Value
        switch receiver {
        case .record(let record):
            guard let found = record.value(of: field) else {
                throw failure("can't evaluate field \(field) in type \(record.typeName)", place)
            }
            value = found
        case .map(let values): value = values[field] ?? .null
        case .null: throw failure("nil pointer evaluating interface {}.\(field)", place)
        default:
            throw failure("can't evaluate field \(field) in type \(receiver.typeName)", place)
        }
        if case .function(let function) = value {
            return try invoke(function, field, arguments, place)
        }
        guard arguments.isEmpty else {
            throw failure("\(field) has arguments but cannot be invoked as function", place)
        }
        return value
    }

    private func invoke(
        _ function: Function,
        _ name: String,
        _ arguments: [Value],
        _ place: TemplatePlace
    ) throws(EvaluationError) -> Value {
        guard function.arity.contains(arguments.count) else {
            let least = function.arity.lowerBound
            let want = least == function.arity.upperBound ? "\(least)" : "at least \(least)"
            throw failure(
                "wrong number of args for \(name): want \(want) got \(arguments.count)",
                place
            )
        }
        do throws(EvaluationError) {
            return try function.call(arguments)
        } catch {
            throw failure("error calling \(name): \(error.description)", place, code: error.code)
        }
    }

    private mutating func call(
        _ function: String,
        _ operands: [TemplateOperand],
        _ dot: Value,
        _ passed: Value?,
        _ place: TemplatePlace
    ) throws(EvaluationError) -> Value {
        let given = functions[function]
        if given == nil, function == "and" || function == "or" {
            return try shortCircuit(function, operands, dot, passed, place)
        }
        var arguments = try values(of: operands, dot, passed)
        if given == nil, function == "call" {
            guard case .function(let callee) = arguments.first else {
                throw failure(
                    "error calling call: non-function of type "
                        + (arguments.first?.typeName ?? "nil"),
                    place
                )
            }
            arguments.removeFirst()
            return try invoke(callee, function, arguments, place)
        }
        guard let callee = given ?? TemplateFunctions.function(named: function) else {
            throw failure("\(function.quoted) is not a defined function", place)
        }
        return try invoke(callee, function, arguments, place)
    }

    /// `and` and `or` evaluate no more arguments than decide the result, which is one of them.
    private mutating func shortCircuit(
        _ function: String,
        _ operands: [TemplateOperand],
        _ dot: Value,
        _ passed: Value?,
        _ place: TemplatePlace
    ) throws(EvaluationError) -> Value {
        guard !operands.isEmpty || passed != nil else {
            throw failure("wrong number of args for \(function): want at least 1 got 0", place)
        }
        var value = Value.null
        for operand in operands {
            value = try self.value(of: operand, dot)
            if TemplateFunctions.truth(value) == (function == "or") { return value }
        }
        return passed ?? value
    }
}
