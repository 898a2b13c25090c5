public import OrderedCollections

/// A condition on labels: all requirements must hold; without any, everything matches.
public struct LabelSelector: Sendable, Hashable {
    /// One condition on one label.
    public struct Requirement: Sendable, Hashable {
        /// The label's key.
        public var key: String
        /// What must hold.
        public var condition: Condition

        /// Creates a requirement.
        public init(key: String, condition: Condition) {
            self.key = key
            self.condition = condition
        }
    }

    /// What a requirement asks of a label.
    public enum Condition: Sendable, Hashable {
        /// The label is there with one of these values.
        case isOneOf([String])
        /// The label is missing or has none of these values.
        case isNoneOf([String])
        /// The label is there.
        case exists
        /// The label is missing.
        case isMissing
        /// The label's value is a number greater than this.
        case isGreater(than: Int64)
        /// The label's value is a number less than this.
        case isLess(than: Int64)
    }

    /// The requirements.
    public var requirements: [Requirement]

    /// Creates a selector.
    public init(_ requirements: [Requirement] = []) { self.requirements = requirements }

    /// Creates a selector that asks for every one of these labels.
    public init(matching labels: OrderedDictionary<String, String>) {
        requirements = labels.map { Requirement(key: $0.key, condition: .isOneOf([$0.value])) }
    }

    /// Whether there is no requirement.
    public var isEmpty: Bool { requirements.isEmpty }

    /// Tells whether all requirements hold for `labels`.
    public func matches(_ labels: OrderedDictionary<String, String>) -> Bool {
        requirements.allSatisfy { $0.condition.holds(for: labels[$0.key]) }
    }
}

extension LabelSelector.Condition {
    /// Tells whether the condition holds for a label's value; nil if the label is missing.
    public func holds(for value: String?) -> Bool {
        switch self {
        case .isOneOf(let values): value.map(values.contains) ?? false
        case .isNoneOf(let values): !(value.map(values.contains) ?? false)
        case .exists: value != nil
        case .isMissing: value == nil
        case .isGreater(let bound): value.flatMap { Int64($0) }.map { $0 > bound } ?? false
        case .isLess(let bound): value.flatMap { Int64($0) }.map { $0 < bound } ?? false
        }
    }
}
