internal import Glibc

extension ExpressionEvaluator {
    /// Calls a function of the language.
    mutating func call(
        _ builtin: ExpressionBuiltin,
        _ parts: [ExpressionNode],
        _ node: ExpressionNode,
        _ lookup: Expression.Lookup
    ) throws(EvaluationError) -> Value {
        if builtin.takesPredicate {
            return try callWithPredicate(builtin, parts, node, lookup)
        }
        let arguments = try values(of: parts, lookup)
        switch builtin {
        case .len: return .int(try count(of: arguments[0], node))
        case .type: return .string(arguments[0].type.rawValue)
        case .string: return try text(Array(arguments[0].text.utf8), node)
        case .int, .float, .abs, .min, .max, .ceil, .floor, .round, .sum:
            return try arithmetic(builtin, arguments, node)
        case .join, .first, .last, .take, .reverse, .keys, .values:
            return try collection(builtin, arguments, node)
        default: return try textFunction(builtin, arguments, node)
        }
    }

    private func count(of value: Value, _ node: ExpressionNode) throws(EvaluationError) -> Int {
        switch value {
        case .string(let text): return text.unicodeScalars.count
        case .list(let values): return values.count
        case .map(let values): return values.count
        default: throw failure("invalid argument for len (type \(value.type.rawValue))", node)
        }
    }

    // MARK: Predicates

    private mutating func callWithPredicate(
        _ builtin: ExpressionBuiltin,
        _ parts: [ExpressionNode],
        _ node: ExpressionNode,
        _ lookup: Expression.Lookup
    ) throws(EvaluationError) -> Value {
        let values = try elements(try value(of: parts[0], lookup), parts[0])
        guard parts.count > 1 else {
            return .int(try trueCount(values, node))
        }
        let predicate = parts[1]
        var results: [Value] = []
        var found: Int?
        var matches = 0
        // What is looked for ends the walk early.
        let ending: Bool? =
            switch builtin {
            case .all: false
            case .any, .none, .find, .findIndex: true
            default: nil
            }
        let evaluator = self
        try forEach(values, predicate, lookup) { (index, result) throws(EvaluationError) in
            if builtin == .map {
                results.append(result)
                return true
            }
            let truth = try evaluator.truth(result, predicate)
            if truth {
                matches += 1
                if builtin == .filter { results.append(values[index]) }
            }
            if truth == ending {
                found = index
                return false
            }
            return true
        }
        switch builtin {
        case .all, .none: return .bool(found == nil)
        case .any: return .bool(found != nil)
        case .one: return .bool(matches == 1)
        case .count: return .int(matches)
        case .find: return found.map { values[$0] } ?? .null
        case .findIndex: return found.map(Value.int) ?? .null
        default: return try list(results, node)
        }
    }

    private func trueCount(
        _ values: [Value],
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Int {
        var count = 0
        for value in values where try truth(value, node) { count += 1 }
        return count
    }

    // MARK: Numbers

    private func arithmetic(
        _ builtin: ExpressionBuiltin,
        _ arguments: [Value],
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Value {
        let first = arguments.first ?? .null
        switch builtin {
        case .int: return .int(try convertedInteger(first, node))
        case .float:
            if case .string(let text) = first {
                guard let value = Double(text) else {
                    throw failure("invalid operation: float(\(text.quoted))", node)
                }
                return .float(value)
            }
            return .float(try number(first, node))
        case .abs:
            if case .int(let value) = first { return .int(value < 0 ? 0 &- value : value) }
            return .float(try number(first, node).magnitude)
        case .ceil: return .float(try number(first, node).rounded(.up))
        case .floor: return .float(try number(first, node).rounded(.down))
        case .round: return .float(try number(first, node).rounded(.toNearestOrAwayFromZero))
        case .sum:
            var total = Value.int(0)
            for value in try elements(first, node) {
                if case .int(let left) = total, case .int(let right) = value {
                    total = .int(left &+ right)
                } else {
                    total = .float(try number(total, node) + (try number(value, node)))
                }
            }
            return total
        default: return try extreme(builtin, arguments, node)
        }
    }

    /// The smallest or largest of the arguments; a list counts as its elements.
    private func extreme(
        _ builtin: ExpressionBuiltin,
        _ arguments: [Value],
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Value {
        var best: Value?
        for argument in arguments {
            var candidates = [argument]
            if case .list(let values) = argument { candidates = values }
            for candidate in candidates {
                let value = try number(candidate, node)
                guard let current = best else {
                    best = candidate
                    continue
                }
                let limit = try number(current, node)
                if builtin == .min ? value < limit : value > limit { best = candidate }
            }
        }
        return best ?? .null
    }

    private func convertedInteger(
        _ value: Value,
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Int {
        switch value {
        case .float(let value):
            guard let whole = Int(exactly: value.rounded(.towardZero)) else {
                throw failure("\(Value.text(of: value)) does not fit an int", node)
            }
            return whole
        case .string(let text):
            guard let whole = Int(text) else {
                throw failure("invalid operation: int(\(text.quoted))", node)
            }
            return whole
        default: return try integer(value, node)
        }
    }

    // MARK: Lists and maps

    private mutating func collection(
        _ builtin: ExpressionBuiltin,
        _ arguments: [Value],
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Value {
        if builtin == .keys || builtin == .values {
            guard case .map(let map) = arguments[0] else { throw wrong(arguments[0], "map", node) }
            let sorted = map.sorted { $0.key.precedesInOctets($1.key) }
            return try list(
                sorted.map { builtin == .keys ? .string($0.key) : $0.value },
                node
            )
        }
        let values = try elements(arguments[0], node)
        switch builtin {
        case .first: return values.first ?? .null
        case .last: return values.last ?? .null
        case .reverse: return try list(values.reversed(), node)
        case .take:
            let count = try integer(arguments[1], node)
            guard count >= 0 else { throw failure("cannot take \(count) elements", node) }
            return try list(Array(values.prefix(count)), node)
        default:
            let separator = arguments.count > 1 ? try octets(arguments[1], node) : []
            var joined: [UInt8] = []
            for (index, value) in values.enumerated() {
                if index > 0 { joined += separator }
                joined += try octets(value, node)
                guard joined.count <= Limits.stringOctetsMax else { break }
            }
            return try text(joined, node)
        }
    }
}
