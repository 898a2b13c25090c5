/// Evaluates a checked expression within bounds.
struct ExpressionEvaluator {
    let source: String
    private var steps = Limits.expressionStepsMax
    private var locals: [Value] = []
    private var elements: [(value: Value, index: Int)] = []
    /// A `?.` met `nil`: the rest of its chain isn't evaluated.
    private var isCut = false

    init(source: String) {
        self.source = source
    }

    // MARK: Bounds and errors

    /// Counts steps, and fails when there were too many.
    mutating func spend(_ count: Int, _ node: ExpressionNode) throws(EvaluationError) {
        steps -= min(count, Limits.expressionStepsMax)
        guard steps >= 0 else {
            throw failure(
                "more than \(Limits.expressionStepsMax) steps",
                node,
                code: .tooCostly
            )
        }
    }

    func failure(
        _ reason: String,
        _ node: ExpressionNode,
        code: EvaluationError.Code = .invalid
    ) -> EvaluationError {
        let place = ExpressionError.locate(node.offset, in: source)
        return EvaluationError(
            "\(reason) (\(place.line):\(place.column))\n | \(place.excerpt)",
            code: code
        )
    }

    mutating func text(_ octets: [UInt8], _ node: ExpressionNode) throws(EvaluationError) -> Value {
        guard octets.count <= Limits.stringOctetsMax else {
            throw failure(
                "text longer than \(Limits.stringOctetsMax) octets",
                node,
                code: .tooCostly
            )
        }
        try spend(octets.count / 16, node)
        return .string(String(decoding: octets, as: UTF8.self))
    }

    mutating func list(_ values: [Value], _ node: ExpressionNode) throws(EvaluationError) -> Value {
        guard values.count <= Limits.listCountMax else {
            throw failure(
                "list of more than \(Limits.listCountMax) elements",
                node,
                code: .tooCostly
            )
        }
        try spend(values.count, node)
        return .list(values)
    }

    func integer(_ value: Value, _ node: ExpressionNode) throws(EvaluationError) -> Int {
        switch value {
        case .int(let value): return value
        case .float(let value):
            if let exact = Int(exactly: value) { return exact }
            throw failure("\(Value.text(of: value)) is not a whole number", node)
        default: throw wrong(value, "int", node)
        }
    }

    func number(_ value: Value, _ node: ExpressionNode) throws(EvaluationError) -> Double {
        switch value {
        case .int(let value): return Double(value)
        case .float(let value): return value
        default: throw wrong(value, "number", node)
        }
    }

    func octets(_ value: Value, _ node: ExpressionNode) throws(EvaluationError) -> [UInt8] {
        guard case .string(let text) = value else { throw wrong(value, "string", node) }
        return Array(text.utf8)
    }

    func elements(_ value: Value, _ node: ExpressionNode) throws(EvaluationError) -> [Value] {
        guard case .list(let values) = value else { throw wrong(value, "array", node) }
        return values
    }

    func truth(_ value: Value, _ node: ExpressionNode) throws(EvaluationError) -> Bool {
        guard case .bool(let truth) = value else { throw wrong(value, "bool", node) }
        return truth
    }

    func wrong(_ value: Value, _ wanted: String, _ node: ExpressionNode) -> EvaluationError {
        failure("expected \(wanted), got \(value.type.rawValue)", node)
    }

    // MARK: Parts

    mutating func value(
        of node: ExpressionNode,
        _ lookup: Expression.Lookup
    ) throws(EvaluationError) -> Value {
        try spend(1, node)
        switch node.kind {
        case .literal(let value): return value
        case .local(let slot): return locals[slot]
        case .element: return elements.last?.value ?? .null
        case .elementIndex: return .int(elements.last?.index ?? 0)
        case .declared(let index, let parts):
            return try lookup(index, try values(of: parts, lookup))
        case .list(let parts): return .list(try values(of: parts, lookup))
        case .builtin(let builtin, let parts):
            return try call(builtin, parts, node, lookup)
        case .not(let part): return .bool(!(try condition(part, lookup)))
        case .and(let left, let right):
            guard try condition(left, lookup) else { return .bool(false) }
            return .bool(try condition(right, lookup))
        case .or(let left, let right):
            if try condition(left, lookup) { return .bool(true) }
            return .bool(try condition(right, lookup))
        case .conditional(let test, let then, let otherwise):
            return try value(of: try condition(test, lookup) ? then : otherwise, lookup)
        case .binary(let symbol, let left, let right):
            let first = try value(of: left, lookup)
            return try apply(symbol, first, try value(of: right, lookup), node)
        default: return try rareValue(of: node, lookup)
        }
    }

    private mutating func rareValue(
        of node: ExpressionNode,
        _ lookup: Expression.Lookup
    ) throws(EvaluationError) -> Value {
        switch node.kind {
        case .map(let pairs):
            var values: [String: Value] = [:]
            for pair in pairs {
                let key = try value(of: pair.key, lookup)
                values[key.text] = try value(of: pair.value, lookup)
            }
            return .map(values)
        case .bind(let bound, let body):
            locals.append(try value(of: bound, lookup))
            defer { locals.removeLast() }
            return try value(of: body, lookup)
        case .negate(let part):
            switch try value(of: part, lookup) {
            case .int(let value): return .int(0 &- value)
            case .float(let value): return .float(-value)
            case let other: throw wrong(other, "number", node)
            }
        case .coalesce(let left, let right):
            let first = try value(of: left, lookup)
            if case .null = first { return try value(of: right, lookup) }
            return first
        case .matches(let subject, let pattern):
            let text = try value(of: subject, lookup)
            return try match(pattern, text, node)
        case .member(let base, let key, let isOptional):
            return try member(base, key, isOptional, node, lookup)
        case .slice(let base, let from, let to):
            return try slice(base, from, to, node, lookup)
        case .chain(let inner):
            let outer = isCut
            isCut = false
            defer { isCut = outer }
            return try value(of: inner, lookup)
        default: return .null
        }
    }

    mutating func values(
        of parts: [ExpressionNode],
        _ lookup: Expression.Lookup
    ) throws(EvaluationError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(parts.count)
        for part in parts { values.append(try value(of: part, lookup)) }
        return values
    }

    private mutating func condition(
        _ node: ExpressionNode,
        _ lookup: Expression.Lookup
    ) throws(EvaluationError) -> Bool {
        try truth(try value(of: node, lookup), node)
    }

    /// Runs a predicate for each element until `body` returns false.
    mutating func forEach(
        _ values: [Value],
        _ predicate: ExpressionNode,
        _ lookup: Expression.Lookup,
        _ body: (_ index: Int, _ result: Value) throws(EvaluationError) -> Bool
    ) throws(EvaluationError) {
        for (index, element) in values.enumerated() {
            elements.append((element, index))
            defer { elements.removeLast() }
            guard try body(index, try value(of: predicate, lookup)) else { return }
        }
    }

    func match(
        _ pattern: Pattern,
        _ subject: Value,
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Value {
        guard case .string(let text) = subject else { throw wrong(subject, "string", node) }
        do throws(PatternFailure) {
            return .bool(try pattern.matches(text))
        } catch {
            throw failure(error.description, node, code: .tooCostly)
        }
    }

    // MARK: Members

    private mutating func member(
        _ base: ExpressionNode,
        _ key: ExpressionNode,
        _ isOptional: Bool,
        _ node: ExpressionNode,
        _ lookup: Expression.Lookup
    ) throws(EvaluationError) -> Value {
        let container = try value(of: base, lookup)
        if isCut { return .null }
        if case .null = container, isOptional {
            isCut = true
            return .null
        }
        let key = try value(of: key, lookup)
        switch (container, key) {
        case (.map(let values), .string(let name)): return values[name] ?? .null
        case (.record(let record), .string(let name)):
            guard let value = record.value(of: name) else {
                throw failure("cannot fetch \(name) from \(record.typeName)", node)
            }
            return value
        case (.list(let values), _):
            let index = try integer(key, node)
            let place = index < 0 ? index + values.count : index
            guard values.indices.contains(place) else {
                throw failure(
                    "index out of range: \(index) (array length is \(values.count))",
                    node
                )
            }
            return values[place]
        default:
            throw failure("cannot fetch \(key.text) from \(container.type.rawValue)", node)
        }
    }

    private mutating func slice(
        _ base: ExpressionNode,
        _ from: ExpressionNode?,
        _ to: ExpressionNode?,
        _ node: ExpressionNode,
        _ lookup: Expression.Lookup
    ) throws(EvaluationError) -> Value {
        let container = try value(of: base, lookup)
        if isCut { return .null }
        let count: Int
        switch container {
        case .list(let values): count = values.count
        case .string(let text): count = text.utf8.count
        default: throw failure("cannot slice \(container.type.rawValue)", node)
        }
        var low = 0
        var high = count
        if let from { low = try integer(try value(of: from, lookup), from) }
        if let to { high = try integer(try value(of: to, lookup), to) }
        if low < 0 { low = max(0, low + count) }
        if high < 0 { high = max(0, high + count) }
        high = min(high, count)
        low = min(low, high)
        switch container {
        case .list(let values): return try list(Array(values[low..<high]), node)
        case .string(let string): return try text(Array(Array(string.utf8)[low..<high]), node)
        default: return .null
        }
    }
}
