/// A value of the expression and template languages.
public enum Value: Sendable {
    /// Nothing: `nil`.
    case null
    /// A truth value.
    case bool(Bool)
    /// A whole number.
    case int(Int)
    /// A floating point number.
    case float(Double)
    /// A text.
    case string(String)
    /// Values in order.
    case list([Value])
    /// Values by key; a key that is missing is ``null``.
    case map([String: Value])
    /// Named fields; a field that is missing is an error.
    case record(Record)
    /// Something to call.
    case function(Function)
}

/// Named fields that are computed when asked for.
///
/// A record's set of fields is fixed, so asking for another one is a mistake of the template, where
/// asking a map for a key that it lacks is not.
public struct Record: Sendable {
    /// The name of the record's type, for error messages.
    public let typeName: String
    private let lookup: @Sendable (_ field: String) -> Value?

    /// Creates a record.
    ///
    /// - Parameters:
    ///   - typeName: The name of the record's type, for error messages.
    ///   - lookup: Returns the value of a field, or nil when there is no such field.
    public init(typeName: String, lookup: @escaping @Sendable (_ field: String) -> Value?) {
        self.typeName = typeName
        self.lookup = lookup
    }

    /// Returns the value of a field, or nil when there is no such field.
    public func value(of field: String) -> Value? { lookup(field) }
}

/// A function that templates can call.
public struct Function: Sendable {
    /// What a function does.
    public typealias Body = @Sendable (_ arguments: [Value]) throws(EvaluationError) -> Value

    /// The numbers of arguments that the function takes.
    public let arity: ClosedRange<Int>
    private let body: Body

    /// Creates a function.
    ///
    /// - Parameters:
    ///   - arity: The numbers of arguments that the function takes.
    ///   - body: What it does, called with as many arguments as `arity` says.
    public init(arity: ClosedRange<Int>, body: @escaping Body) {
        self.arity = arity
        self.body = body
    }

    /// Calls the function.
    ///
    /// - Parameter arguments: The arguments, whose number is checked.
    /// - Returns: What the function returned.
    /// - Throws: ``EvaluationError`` when the number of arguments is wrong, or what the body
    /// throws.
    public func call(_ arguments: [Value]) throws(EvaluationError) -> Value {
        guard arity.contains(arguments.count) else {
            let want =
                arity.lowerBound == arity.upperBound
                ? "\(arity.lowerBound)" : "\(arity.lowerBound) to \(arity.upperBound)"
            throw EvaluationError("wrong number of args: want \(want) got \(arguments.count)")
        }
        return try body(arguments)
    }
}

/// Why a value couldn't be computed.
public struct EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds of failures.
    public enum Code: Sendable {
        /// The program asked for something that can't be: a wrong type, a missing field.
        case invalid
        /// The program ran into a bound of steps, time, size or depth.
        case tooCostly
    }

    /// The kind of the failure.
    public let code: Code
    /// What went wrong, and where, for the operator's log.
    public let description: String

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - description: What went wrong.
    ///   - code: The kind of the failure.
    public init(_ description: String, code: Code = .invalid) {
        self.code = code
        self.description = description
    }
}

extension Value: Equatable {
    /// Tells whether two values are equal: numbers by value, texts by octet, functions never.
    public static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.float(let left), .float(let right)): left == right
        case (.int(let left), .float(let right)): Double(left) == right
        case (.float(let left), .int(let right)): left == Double(right)
        case (.string(let left), .string(let right)): left.sameOctets(as: right)
        case (.list(let left), .list(let right)): left == right
        case (.map(let left), .map(let right)): left == right
        default: false
        }
    }
}
