internal import DNSWire
internal import Expressions

/// What `rewrite` does with a query or its reply.
enum RewriteRule: Sendable {
    /// Replaces the question's name, and undoes that in the reply.
    case name(NameRule)
    /// Replaces the question's type.
    case type(from: RecordType, to: RecordType)
    /// Replaces the question's class.
    case recordClass(from: RecordClass, to: RecordClass)
    /// Changes the options of the query.
    case edns(EDNSRule)
    /// Keeps the times to live in the reply within bounds.
    case timeToLive(NameCondition, ClosedRange<UInt32>)
    /// Replaces the code of the reply.
    case responseCode(NameCondition, from: ResponseCode, to: ResponseCode)
    /// Replaces the target of an alias in the reply.
    case alias(NameReplacement)

    /// Applies the rule to a query.
    ///
    /// - Returns: Whether the rule was for this query.
    func apply(to state: inout RewriteState) throws(RewriteFailure) -> Bool {
        do throws(PatternFailure) {
            switch self {
            case .name(let rule): return try rule.apply(to: &state)
            case .type(let from, let to):
                guard state.question.type == from else { return false }
                state.question.type = to
            case .recordClass(let from, let to):
                guard state.question.recordClass == from else { return false }
                state.question.recordClass = to
            case .edns(let rule): return rule.apply(to: &state)
            case .timeToLive(let condition, let bounds):
                guard try condition.holds(state.text) else { return false }
                state.replyRules.append(.timeToLive(bounds))
            case .responseCode(let condition, let from, let to):
                guard try condition.holds(state.text) else { return false }
                state.replyRules.append(.responseCode(from: from, to: to))
            case .alias(let replacement): state.replyRules.append(.alias(replacement))
            }
            return true
        } catch {
            throw .pattern(error)
        }
    }
}

/// Why a query can't be rewritten.
enum RewriteFailure: Error {
    /// A pattern took too long.
    case pattern(PatternFailure)

    /// The failure for people.
    var text: String {
        switch self {
        case .pattern(let failure): "rewrite: \(failure)"
        }
    }
}

/// `name`: replaces the question's name.
struct NameRule: Sendable {
    /// The names, and what they become.
    let replacement: NameReplacement
    /// Whether names in the reply become those that were asked for again.
    let isUndone: Bool
    /// What is done to the reply besides.
    let replyRules: [ReplyRule]

    /// Applies the rule to a query.
    func apply(to state: inout RewriteState) throws(PatternFailure) -> Bool {
        let before = state.text
        guard let after = try replacement.replaced(before) else { return false }
        state.rename(after)
        if isUndone {
            let undone: NameReplacement
            if case .suffix(let suffix) = replacement.condition {
                undone = NameReplacement(.suffix(replacement.target), target: suffix)
            } else {
                // Braces in a name that was asked for mean nothing.
                undone = NameReplacement(.exact(state.text), target: before)
            }
            state.replyRules += [.owners(undone), .values(undone)]
        }
        state.replyRules += replyRules
        return true
    }
}
