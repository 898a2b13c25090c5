internal import Glibc

extension ExpressionEvaluator {
    /// Applies an operator to two values.
    mutating func apply(
        _ symbol: ExpressionOperator,
        _ left: Value,
        _ right: Value,
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Value {
        switch symbol {
        case .equal: return .bool(left == right)
        case .unequal: return .bool(left != right)
        case .less: return .bool(try isLess(left, right, node))
        case .greater: return .bool(try isLess(right, left, node))
        case .lessOrEqual: return .bool(try isLess(left, right, node) || left == right)
        case .greaterOrEqual: return .bool(try isLess(right, left, node) || left == right)
        case .add: return try sum(left, right, node)
        case .subtract, .multiply: return try arithmetic(symbol, left, right, node)
        case .divide: return .float(try number(left, node) / (try number(right, node)))
        case .power: return .float(pow(try number(left, node), try number(right, node)))
        case .remainder: return try remainder(left, right, node)
        case .range: return try range(left, right, node)
        case .contained: return .bool(try isContained(left, right, node))
        case .contains:
            let needle = try octets(right, node)
            return .bool(try octets(left, node).firstOffset(of: needle) != nil)
        case .startsWith:
            return .bool(try octets(left, node).starts(with: try octets(right, node)))
        case .endsWith:
            let suffix = try octets(right, node)
            return .bool(try octets(left, node).suffix(suffix.count).elementsEqual(suffix))
        case .matches: return try matches(left, right, node)
        }
    }

    private func isLess(
        _ left: Value,
        _ right: Value,
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Bool {
        switch (left, right) {
        case (.int(let left), .int(let right)): return left < right
        case (.string(let left), .string(let right)): return left.precedesInOctets(right)
        case (.string, _): throw wrong(right, "string", node)
        default: return try number(left, node) < (try number(right, node))
        }
    }

    mutating func sum(
        _ left: Value,
        _ right: Value,
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Value {
        if case .string(let first) = left, case .string(let second) = right {
            return try text(Array(first.utf8) + Array(second.utf8), node)
        }
        if case .string = left { throw wrong(right, "string", node) }
        return try arithmetic(.add, left, right, node)
    }

    /// Integers wrap around, as Go's do.
    private func arithmetic(
        _ symbol: ExpressionOperator,
        _ left: Value,
        _ right: Value,
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Value {
        if case .int(let left) = left, case .int(let right) = right {
            switch symbol {
            case .add: return .int(left &+ right)
            case .subtract: return .int(left &- right)
            default: return .int(left &* right)
            }
        }
        let (first, second) = (try number(left, node), try number(right, node))
        switch symbol {
        case .add: return .float(first + second)
        case .subtract: return .float(first - second)
        default: return .float(first * second)
        }
    }

    private func remainder(
        _ left: Value,
        _ right: Value,
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Value {
        let divisor = try integer(right, node)
        guard divisor != 0 else { throw failure("integer divide by zero", node) }
        return .int(
            try integer(left, node).remainderReportingOverflow(dividingBy: divisor).partialValue
        )
    }

    private mutating func range(
        _ left: Value,
        _ right: Value,
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Value {
        let (low, high) = (try integer(left, node), try integer(right, node))
        guard low <= high else { return .list([]) }
        let (distance, overflow) = high.subtractingReportingOverflow(low)
        guard !overflow, distance < Limits.listCountMax else {
            throw failure(
                "range of more than \(Limits.listCountMax) elements",
                node,
                code: .tooCostly
            )
        }
        return try list((low...high).map(Value.int), node)
    }

    private mutating func isContained(
        _ left: Value,
        _ right: Value,
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Bool {
        switch right {
        case .list(let values):
            try spend(values.count, node)
            return values.contains(left)
        case .map(let values):
            guard case .string(let key) = left else { throw wrong(left, "string", node) }
            return values[key] != nil
        case .record(let record):
            guard case .string(let key) = left else { throw wrong(left, "string", node) }
            return record.value(of: key) != nil
        case .null: return false
        default: throw failure("operator \"in\" not defined on \(right.type.rawValue)", node)
        }
    }

    private mutating func matches(
        _ left: Value,
        _ right: Value,
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Value {
        guard case .string(let source) = right else { throw wrong(right, "string", node) }
        try spend(1_000, node)
        let pattern: Pattern
        do throws(PatternError) {
            pattern = try Pattern(source)
        } catch {
            throw failure(error.description, node)
        }
        return try match(pattern, left, node)
    }
}
