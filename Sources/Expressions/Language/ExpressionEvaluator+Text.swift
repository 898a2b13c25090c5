extension ExpressionEvaluator {
    /// Calls a function of texts.
    mutating func textFunction(
        _ builtin: ExpressionBuiltin,
        _ arguments: [Value],
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Value {
        let subject = try octets(arguments[0], node)
        try spend(subject.count / 16, node)
        switch builtin {
        case .lower:
            return try text(Array(String(decoding: subject, as: UTF8.self).lowercased().utf8), node)
        case .upper:
            return try text(Array(String(decoding: subject, as: UTF8.self).uppercased().utf8), node)
        case .trim: return try trimmed(subject, arguments, node)
        case .trimPrefix:
            let prefix = try second(arguments, node)
            return try text(
                subject.starts(with: prefix) ? Array(subject.dropFirst(prefix.count)) : subject,
                node
            )
        case .trimSuffix:
            let suffix = try second(arguments, node)
            let isThere = subject.suffix(suffix.count).elementsEqual(suffix)
            return try text(isThere ? Array(subject.dropLast(suffix.count)) : subject, node)
        case .split: return try split(subject, arguments, node)
        case .replace: return try replaced(subject, arguments, node)
        case .repeat:
            let count = try integer(arguments[1], node)
            guard count >= 0, subject.count * min(count, 65_536) <= Limits.stringOctetsMax else {
                throw failure("cannot repeat \(count) times", node, code: .tooCostly)
            }
            let times = subject.isEmpty ? 0 : count
            return try text(Array(repeatElement(subject, count: times).joined()), node)
        case .indexOf:
            return .int(subject.firstOffset(of: try second(arguments, node)) ?? -1)
        case .lastIndexOf:
            return .int(subject.lastOffset(of: try second(arguments, node)) ?? -1)
        case .hasPrefix: return .bool(subject.starts(with: try second(arguments, node)))
        default:
            let suffix = try second(arguments, node)
            return .bool(subject.suffix(suffix.count).elementsEqual(suffix))
        }
    }

    private func second(
        _ arguments: [Value],
        _ node: ExpressionNode
    ) throws(EvaluationError) -> [UInt8] {
        arguments.count > 1 ? try octets(arguments[1], node) : []
    }

    private mutating func trimmed(
        _ subject: [UInt8],
        _ arguments: [Value],
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Value {
        var scalars = Array(String(decoding: subject, as: UTF8.self).unicodeScalars)
        var unwanted: Set<Unicode.Scalar>?
        if arguments.count > 1 {
            let characters = String(decoding: try octets(arguments[1], node), as: UTF8.self)
            unwanted = Set(characters.unicodeScalars)
        }
        func isUnwanted(_ scalar: Unicode.Scalar?) -> Bool {
            guard let scalar else { return false }
            return unwanted?.contains(scalar) ?? scalar.properties.isWhitespace
        }
        while isUnwanted(scalars.last) { scalars.removeLast() }
        let kept = scalars.drop { isUnwanted($0) }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: kept)
        return try text(Array(String(result).utf8), node)
    }

    private mutating func split(
        _ subject: [UInt8],
        _ arguments: [Value],
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Value {
        let separator = try octets(arguments[1], node)
        var limit = Limits.listCountMax + 1
        if arguments.count > 2 {
            let wanted = try integer(arguments[2], node)
            if wanted == 0 { return .list([]) }
            if wanted > 0 { limit = min(limit, wanted) }
        }
        guard !separator.isEmpty else {
            // Go cuts a text into characters then.
            let scalars = String(decoding: subject, as: UTF8.self).unicodeScalars
            var pieces = scalars.prefix(limit - 1).map { Value.string(String($0)) }
            let rest = scalars.dropFirst(limit - 1)
            if !rest.isEmpty { pieces.append(.string(String(String.UnicodeScalarView(rest)))) }
            return try list(pieces, node)
        }
        let pieces = subject.pieces(separatedBy: separator, limit: limit)
        return try list(pieces.map { .string(String(decoding: $0, as: UTF8.self)) }, node)
    }

    private mutating func replaced(
        _ subject: [UInt8],
        _ arguments: [Value],
        _ node: ExpressionNode
    ) throws(EvaluationError) -> Value {
        let old = try octets(arguments[1], node)
        let new = try octets(arguments[2], node)
        guard !old.isEmpty else { throw failure("replace needs a text to replace", node) }
        let pieces = subject.pieces(separatedBy: old)
        let length = subject.count + (pieces.count - 1) * (new.count - old.count)
        guard length <= Limits.stringOctetsMax else {
            throw failure(
                "text longer than \(Limits.stringOctetsMax) octets",
                node,
                code: .tooCostly
            )
        }
        return try text(Array(pieces.joined(separator: new)), node)
    }
}
