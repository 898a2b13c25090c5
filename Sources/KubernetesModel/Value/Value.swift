public import OrderedCollections

/// The fields of a JSON or YAML mapping, in the order in which they were written.
public typealias Fields = OrderedDictionary<String, Value>

/// A value of a manifest: what JSON can say, with key order kept.
///
/// Objects are stored as values, so that fields Martlet does not interpret come back as applied.
public enum Value: Sendable, Equatable {
    /// JSON `null`.
    case null
    /// A boolean.
    case bool(Bool)
    /// A number without fraction or exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    /// A string.
    case string(String)
    /// A list.
    case array([Value])
    /// A mapping.
    case object(Fields)
}
