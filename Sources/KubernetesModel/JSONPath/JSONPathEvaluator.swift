import OrderedCollections

/// Applies the pieces of a template to a value.
struct JSONPathEvaluator {
    private var root: Value = .null
    private var stepCount = 0

    /// Writes the text that pieces make of a value.
    mutating func write(
        _ pieces: [JSONPathPiece],
        _ value: Value,
        to out: inout String
    ) throws(JSONPathError) {
        root = value
        try write(pieces, inside: value, to: &out)
    }

    private mutating func write(
        _ pieces: [JSONPathPiece],
        inside value: Value,
        to out: inout String
    ) throws(JSONPathError) {
        for piece in pieces {
            switch piece {
            case .text(let text): out += text
            case .path(let steps):
                let found = try find(steps, [value])
                out += found.map(JSONPathEvaluator.text).joined(separator: " ")
            case .range(let steps, let inner):
                for item in try find(steps, [value]) { try write(inner, inside: item, to: &out) }
            }
        }
    }

    /// Finds the values at the end of a path.
    mutating func find(
        _ steps: [JSONPathStep],
        _ values: [Value]
    ) throws(JSONPathError) -> [Value] {
        if case .null = root, let first = values.first { root = first }
        var current = values
        for step in steps {
            var next: [Value] = []
            for value in current { try follow(step, value, into: &next) }
            if case .literal(let value) = step { next = [value] }
            if case .root = step { next = [root] }
            stepCount += next.count + 1
            guard stepCount <= Limits.expressionStepsMax else {
                throw JSONPathError("the template visits too many values")
            }
            current = next
        }
        return current
    }

    private mutating func follow(
        _ step: JSONPathStep,
        _ value: Value,
        into next: inout [Value]
    ) throws(JSONPathError) {
        switch step {
        case .root, .literal: return
        case .field(let name):
            if let found = value[name] { next.append(found) }
        case .all: next += JSONPathEvaluator.children(of: value)
        case .descend: try descend(value, into: &next)
        case .slice(let start, let end, let step, let isIndex):
            guard case .array(let items) = value else { return }
            next += try JSONPathEvaluator.slice(items, start, end, step, isIndex: isIndex)
        case .filter(let left, let comparison, let right):
            guard case .array(let items) = value else { return }
            for item in items where try holds(left, comparison, right, for: item) {
                next.append(item)
            }
        case .union(let paths):
            for path in paths { next += try find(path, [value]) }
        }
    }

    private mutating func descend(
        _ value: Value,
        into next: inout [Value]
    ) throws(JSONPathError) {
        stepCount += 1
        guard stepCount <= Limits.expressionStepsMax else {
            throw JSONPathError("the template visits too many values")
        }
        next.append(value)
        for child in JSONPathEvaluator.children(of: value) { try descend(child, into: &next) }
    }

    private static func children(of value: Value) -> [Value] {
        switch value {
        case .array(let items): items
        // Keys in order, so that the same object always prints the same.
        case .object(let fields): fields.keys.sorted().compactMap { fields[$0] }
        default: []
        }
    }

    private static func slice(
        _ items: [Value],
        _ start: Int?,
        _ end: Int?,
        _ step: Int?,
        isIndex: Bool
    ) throws(JSONPathError) -> [Value] {
        func fromStart(_ index: Int) -> Int {
            index < 0 ? max(index + items.count, -1) : index
        }
        if isIndex {
            let index = fromStart(start ?? 0)
            guard items.indices.contains(index) else {
                throw JSONPathError(
                    "array index out of bounds: index \(start ?? 0), length \(items.count)"
                )
            }
            return [items[index]]
        }
        let first = max(fromStart(start ?? 0), 0)
        let last = min(fromStart(end ?? items.count), items.count)
        guard first < last else { return [] }
        // A step past the end is one past the end, whatever its size.
        return stride(from: first, to: last, by: min(step ?? 1, items.count)).map { items[$0] }
    }

    // MARK: Filters

    private mutating func holds(
        _ left: [JSONPathStep],
        _ comparison: JSONPathComparison?,
        _ right: [JSONPathStep],
        for item: Value
    ) throws(JSONPathError) -> Bool {
        let first = try find(left, [item])
        guard let comparison else { return !first.isEmpty }
        let second = try find(right, [item])
        guard first.count <= 1, second.count <= 1 else {
            throw JSONPathError("can only compare one element at a time")
        }
        guard let one = first.first, let other = second.first else { return false }
        return JSONPathEvaluator.compare(one, comparison, other)
    }

    private static func compare(
        _ left: Value,
        _ comparison: JSONPathComparison,
        _ right: Value
    ) -> Bool {
        if comparison == .equal { return left == right }
        if comparison == .notEqual { return left != right }
        if let one = left.double, let other = right.double {
            return ordered(one, comparison, other)
        }
        if let one = left.string, let other = right.string {
            return ordered(one, comparison, other)
        }
        return false
    }

    private static func ordered<Operand: Comparable>(
        _ left: Operand,
        _ comparison: JSONPathComparison,
        _ right: Operand
    ) -> Bool {
        switch comparison {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .greater: left > right
        case .atMost: left <= right
        case .atLeast: left >= right
        }
    }

    /// A value as templates print it: text bare, lists and mappings as JSON.
    private static func text(_ value: Value) -> String {
        switch value {
        case .string(let text): text
        case .null: ""
        default: JSONWriter.compact(value)
        }
    }
}
