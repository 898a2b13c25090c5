internal import Corefile
internal import DNSWire
internal import Expressions

/// Reads the words of a rule of `rewrite`.
struct RewriteParser {
    /// Where errors are.
    let cursor: DirectiveCursor

    /// Reads a rule.
    func step(_ words: [String]) throws(CorefileError) -> RewritePlugin.Step {
        var words = words
        var stops = true
        switch words.first?.lowercased() {
        case "continue":
            stops = false
            words.removeFirst()
        case "stop": words.removeFirst()
        default: break
        }
        guard let field = words.first?.lowercased() else {
            throw error("no rule type specified for rewrite", mend: "write such as name FROM TO")
        }
        let rule = try rule(field, Array(words.dropFirst()))
        return RewritePlugin.Step(rule: rule, stops: stops)
    }

    private func rule(
        _ field: String,
        _ words: [String]
    ) throws(CorefileError) -> RewriteRule {
        switch field {
        case "name": return .name(try name(words))
        case "type":
            let (from, to) = try pair(field, words)
            return .type(from: try type(from), to: try type(to))
        case "class":
            let (from, to) = try pair(field, words)
            return .recordClass(from: try recordClass(from), to: try recordClass(to))
        case "edns0": return .edns(try EDNSRuleParser(cursor: cursor).rule(words))
        case "ttl":
            let (condition, rest) = try condition(field, words, valueCount: 1)
            return .timeToLive(condition, try bounds(rest[0]))
        case "rcode":
            let (condition, rest) = try condition(field, words, valueCount: 2)
            return .responseCode(condition, from: try code(rest[0]), to: try code(rest[1]))
        case "cname":
            let (condition, rest) = try condition(field, words, valueCount: 1)
            return .alias(try replacement(condition, rest[0]))
        case "answer":
            throw error(
                "response rewrites must begin with a name rule",
                mend: "write name FROM TO before answer"
            )
        default:
            throw error(
                "invalid rule type \"\(field)\"",
                mend: "use name, type, class, edns0, ttl, rcode or cname"
            )
        }
    }

    func error(_ message: String, mend: String) -> CorefileError {
        cursor.error("rewrite: \(message)", mend: mend)
    }

    // MARK: Names

    private func name(_ words: [String]) throws(CorefileError) -> NameRule {
        guard words.count >= 2 else {
            throw error("too few arguments for a name rule", mend: "write name FROM TO")
        }
        let isShort = words.count == 2
        let kind = isShort ? "exact" : words[0].lowercased()
        guard NameCondition.kinds.contains(kind) else {
            throw error(
                "name rule supports only exact, prefix, suffix, substring, and regex name "
                    + "matching, received: \(kind)",
                mend: "write name KIND FROM TO"
            )
        }
        let (from, to) = isShort ? (words[0], words[1]) : (words[1], words[2])
        let replacement = try replacement(try condition(kind, from), to)
        let (isAuto, rules) = try answers(Array(words.dropFirst(3)))
        return NameRule(
            replacement: replacement,
            isUndone: isAuto || kind == "exact",
            replyRules: rules
        )
    }

    /// Reads `answer auto` or any number of `answer name|value RE TO`.
    private func answers(_ words: [String]) throws(CorefileError) -> (Bool, [ReplyRule]) {
        var rules: [ReplyRule] = []
        var isAuto = false
        var rest = words[...]
        while let first = rest.popFirst() {
            var kind = first
            if first == "answer" {
                guard let next = rest.popFirst() else {
                    throw error(
                        "type missing for answer rule",
                        mend: "write auto, name or value after it"
                    )
                }
                kind = next
            } else if rules.isEmpty, !isAuto {
                throw error(
                    "exceeded the number of arguments for a non-answer rule argument",
                    mend: "write answer before \(first), or delete it"
                )
            }
            switch kind {
            case "auto": isAuto = true
            case "name", "value":
                guard let from = rest.popFirst(), let to = rest.popFirst() else {
                    throw error(
                        "\(kind) answer rule: 2 arguments required",
                        mend: "write answer \(kind) REGEX TO"
                    )
                }
                let replacement = try replacement(try condition("regex", from), to)
                rules.append(kind == "name" ? .owners(replacement) : .values(replacement))
            default:
                throw error(
                    "invalid type \"\(kind)\" for answer rule",
                    mend: "use auto, name or value"
                )
            }
        }
        guard !isAuto || rules.isEmpty else {
            throw error(
                "auto name answer rule cannot be combined with explicit name answer rules",
                mend: "keep one of the two"
            )
        }
        return (isAuto, rules)
    }

    private func condition(
        _ kind: String,
        _ text: String
    ) throws(CorefileError) -> NameCondition {
        switch kind {
        case "regex": return .regex(try cursor.pattern(text))
        case "prefix": return .prefix(NameCondition.normalized(text))
        case "suffix": return .suffix(NameCondition.normalized(text))
        case "substring": return .substring(NameCondition.normalized(text))
        default:
            guard let name = Name(text) else {
                throw error("'\(text)' is no name", mend: "write one such as www.example.org")
            }
            return .exact(name.lowercased.description)
        }
    }

    /// Reads `[KIND] NAME` and as many values behind it.
    private func condition(
        _ field: String,
        _ words: [String],
        valueCount: Int
    ) throws(CorefileError) -> (NameCondition, [String]) {
        guard words.count == valueCount + 1 || words.count == valueCount + 2 else {
            throw error(
                "\(words.count < valueCount + 1 ? "too few" : "too many") arguments for a "
                    + "\(field) rule",
                mend: "see the page of rewrite"
            )
        }
        let values = Array(words.suffix(valueCount))
        guard words.count == valueCount + 2 else {
            return (try condition("exact", words[0]), values)
        }
        let kind = words[0].lowercased()
        guard NameCondition.kinds.contains(kind) else {
            throw error(
                "\(field) rule supports only exact, prefix, suffix, substring, and regex name "
                    + "matching",
                mend: "write \(field) KIND NAME and so on"
            )
        }
        return (try condition(kind, words[1]), values)
    }

    private func replacement(
        _ condition: NameCondition,
        _ to: String
    ) throws(CorefileError) -> NameReplacement {
        let target = NameCondition.normalized(to)
        if case .regex(let pattern) = condition,
            PatternTemplate(braces: target).highestGroup > pattern.groupCount
        {
            throw error(
                "the rewrite regex pattern (\(to)) uses more subexpressions than its "
                    + "corresponding matching regex pattern (\(pattern.source))",
                mend: "use {0} to {\(pattern.groupCount)}"
            )
        }
        if case .exact = condition, Name(target) == nil {
            throw error("'\(to)' is no name", mend: "write one such as www.example.org")
        }
        return NameReplacement(condition, target: target)
    }

    /// What may not do what its author thinks.
    func warning(_ step: RewritePlugin.Step, _ words: [String]) -> String? {
        let condition: NameCondition
        switch step.rule {
        case .name(let rule): condition = rule.replacement.condition
        case .alias(let replacement): condition = replacement.condition
        case .timeToLive(let used, _), .responseCode(let used, _, _): condition = used
        default: return nil
        }
        let (kind, text): (String, String)
        switch condition {
        case .prefix(let part): (kind, text) = ("prefix", part)
        case .substring(let part): (kind, text) = ("substring", part)
        default: return nil
        }
        // Whoever writes the dot knows that the match ends at it.
        guard !words.contains(where: { $0.lowercased() == text }) else { return nil }
        let place = cursor.position.map { "\($0): " } ?? ""
        return "\(place)rewrite: \(kind) is compared with a final dot, as \"\(text)\"; for a part "
            + "of a label use regex"
    }

    // MARK: Values

    private func pair(
        _ field: String,
        _ words: [String]
    ) throws(CorefileError) -> (String, String) {
        guard words.count == 2 else {
            throw error(
                "\(field) rules must have exactly two arguments",
                mend: "write \(field) FROM TO"
            )
        }
        return (words[0], words[1])
    }

    private func type(_ text: String) throws(CorefileError) -> RecordType {
        if let type = RecordType(text) { return type }
        throw error("invalid type \"\(text)\"", mend: "write one such as AAAA")
    }

    private func recordClass(_ text: String) throws(CorefileError) -> RecordClass {
        if let recordClass = RecordClass(text) { return recordClass }
        throw error("invalid class \"\(text)\"", mend: "use IN, CH or HS")
    }

    private func code(_ text: String) throws(CorefileError) -> ResponseCode {
        if let number = UInt16(text), number < 4_096 { return ResponseCode(rawValue: number) }
        if let code = ResponseCode(text) { return code }
        throw error("invalid response code \"\(text)\"", mend: "write one such as NXDOMAIN or 3")
    }

    /// Reads `SECONDS`, `MIN-MAX`, `MIN-` or `-MAX`.
    private func bounds(_ text: String) throws(CorefileError) -> ClosedRange<UInt32> {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let highest: UInt32 = 2_147_483_647
        if parts.count == 1, let seconds = UInt32(text) { return seconds...seconds }
        if parts.count == 2, text != "-" {
            let low = parts[0].isEmpty ? 0 : UInt32(parts[0])
            let high = parts[1].isEmpty ? highest : UInt32(parts[1])
            if let low, let high, low <= high { return low...high }
        }
        throw error("invalid TTL '\(text)' for a ttl rule", mend: "write such as 60 or 30-300")
    }
}
