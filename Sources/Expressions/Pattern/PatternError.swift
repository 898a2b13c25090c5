/// Why a pattern was refused.
public struct PatternError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, in the words of Go's regexp package.
    public let reason: String
    /// The part of the pattern that is wrong.
    public let fragment: String
    /// How to mend it, where that isn't plain.
    public let mend: String?

    init(_ reason: String, _ fragment: String, mend: String? = nil) {
        self.reason = reason
        self.fragment = fragment
        self.mend = mend
    }

    /// The whole message.
    public var description: String {
        "error parsing regexp: \(reason): `\(fragment)`" + (mend.map { "; \($0)" } ?? "")
    }
}

/// Why a match was given up.
public enum PatternFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The match would take more steps, time or memory than a query is worth.
    case tooCostly
    /// The subject is longer than patterns are matched on.
    case subjectTooLong
    /// The thread has no memory for a match.
    case outOfMemory
    /// PCRE2 failed in a way that it should not.
    case engine(Int32)

    /// What happened, for the log.
    public var description: String {
        switch self {
        case .tooCostly:
            "the pattern needs too many steps on this text; anchor it or use fewer `*` and `+`"
        case .subjectTooLong: "the text is longer than \(Limits.subjectOctetsMax) octets"
        case .outOfMemory: "no memory for matching a pattern"
        case .engine(let code): "PCRE2 failed with code \(code)"
        }
    }
}
