import OrderedCollections

extension Value {
    /// The field `key` of a mapping; nil if this is no mapping or has no such field.
    public subscript(key: String) -> Value? {
        if case .object(let fields) = self { fields[key] } else { nil }
    }

    /// The element `index` of a list; nil if this is no list or it is shorter.
    public subscript(index: Int) -> Value? {
        guard case .array(let items) = self, items.indices.contains(index) else { return nil }
        return items[index]
    }

    /// The text of a string; nil for anything else.
    public var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The number, if it is whole and fits 64 bits; nil for anything else.
    public var integer: Int64? {
        switch self {
        case .integer(let number): number
        case .number(let number): Int64(exactly: number)
        default: nil
        }
    }

    /// The number as a double; nil for anything else.
    public var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    /// The boolean; nil for anything else.
    public var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }

    /// The elements of a list; nil for anything else.
    public var array: [Value]? { if case .array(let items) = self { items } else { nil } }

    /// The fields of a mapping; nil for anything else.
    public var object: Fields? { if case .object(let fields) = self { fields } else { nil } }

    /// Whether this is `null`.
    public var isNull: Bool { if case .null = self { true } else { false } }

    /// What the value is, as error messages name it.
    public var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension Value {
    /// Creates a number; a whole one is an integer however it was spelt, as in Kubernetes.
    init(_ number: Double) {
        // Up to 2^53 every whole double stands for itself alone.
        if abs(number) <= 9_007_199_254_740_992, let whole = Int64(exactly: number) {
            self = .integer(whole)
        } else {
            self = .number(number)
        }
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Creates a string.
    public init(stringLiteral value: String) { self = .string(value) }

    /// Creates an integer.
    public init(integerLiteral value: Int64) { self = .integer(value) }

    /// Creates a boolean.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// Creates a list.
    public init(arrayLiteral elements: Value...) { self = .array(elements) }

    /// Creates a mapping; the last of equal keys wins.
    public init(dictionaryLiteral elements: (String, Value)...) {
        self = .object(Fields(elements, uniquingKeysWith: { _, last in last }))
    }
}
