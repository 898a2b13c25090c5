internal import DNSWire
internal import Expressions

/// How a rule of `rewrite` finds the names that it is for (CoreDNS `rewrite`).
///
/// Names are compared as presentation text in lower case with a final dot. So are the texts of
/// rules: a prefix and a substring end at a dot, as in CoreDNS.
enum NameCondition: Sendable {
    /// The name is this one.
    case exact(String)
    /// The name begins with this.
    case prefix(String)
    /// The name ends with this, within a label or not.
    case suffix(String)
    /// This occurs in the name.
    case substring(String)
    /// The pattern occurs in the name.
    case regex(Pattern)

    /// The words for the kinds, as a Corefile has them.
    static let kinds = ["exact", "prefix", "suffix", "substring", "regex"]

    /// A text as CoreDNS compares it: in lower case, with a final dot.
    static func normalized(_ text: String) -> String {
        let lower = text.lowercased()
        return lower.hasSuffix(".") ? lower : lower + "."
    }

    /// Whether a name is one that the rule is for.
    func holds(_ text: String) throws(PatternFailure) -> Bool {
        switch self {
        case .exact(let name): text == name
        case .prefix(let part): text.hasPrefix(part)
        case .suffix(let part): text.hasSuffix(part)
        case .substring(let part): text.contains(part)
        case .regex(let pattern): try pattern.matches(text)
        }
    }
}

/// A condition, and what a name that holds it becomes.
struct NameReplacement: Sendable {
    /// Which names are replaced.
    let condition: NameCondition
    /// What takes the place of the name, or of the part that was found.
    let target: String
    private let template: PatternTemplate

    /// Creates a replacement; `target` is in lower case and has a final dot.
    init(_ condition: NameCondition, target: String) {
        self.condition = condition
        self.target = target
        template = PatternTemplate(braces: target)
    }

    /// What a name becomes; nil if it isn't one that is replaced.
    func replaced(_ text: String) throws(PatternFailure) -> String? {
        switch condition {
        case .exact(let name): return text == name ? target : nil
        case .prefix(let part):
            return text.hasPrefix(part) ? target + text.dropFirst(part.count) : nil
        case .suffix(let part):
            return text.hasSuffix(part) ? text.dropLast(part.count) + target : nil
        case .substring(let part):
            return text.contains(part) ? text.replacing(part, with: target) : nil
        case .regex(let pattern): return try pattern.firstMatch(in: text).map(template.expand)
        }
    }

    /// What a name becomes, as a name; the name itself if it isn't replaced, or if what it becomes
    /// is no name.
    func replaced(_ name: Name) throws(PatternFailure) -> Name {
        guard let text = try replaced(name.lowercased.description) else { return name }
        return Name(text) ?? name
    }
}
