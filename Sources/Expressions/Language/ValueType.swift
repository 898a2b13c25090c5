/// A type of the expression language, as far as it is known at setup.
public enum ValueType: String, Sendable {
    /// Not known before evaluation.
    case any
    /// Only `nil`.
    case null = "nil"
    /// A truth value.
    case bool
    /// A whole number.
    case int
    /// A floating point number.
    case float
    /// A text.
    case string
    /// Values in order, of any types.
    case list = "array"
    /// Values by key.
    case map

    var isNumber: Bool { self == .int || self == .float || self == .any }

    /// Tells whether a value of another type may be used where this type is asked for.
    func accepts(_ other: ValueType) -> Bool {
        self == .any || other == .any || self == other || (self == .float && other == .int)
    }

    /// The type that both of two branches have, or ``any``.
    func joined(with other: ValueType) -> ValueType { self == other ? self : .any }
}

extension Value {
    /// The value's type.
    public var type: ValueType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .float: .float
        case .string: .string
        case .list: .list
        case .map: .map
        case .record, .function: .any
        }
    }
}
