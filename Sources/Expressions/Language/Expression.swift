/// An expression of the expr language, checked at setup and evaluated per query.
///
/// The language is the part of expr that Corefiles use: literals, operators, conditionals, `let`,
/// members, slices, pipes, and the functions of ``ExpressionBuiltin``. What `name()` or
/// `client_ip()` mean is the caller's business: it declares names with their types, and is asked
/// for their values by position while evaluating. Steps and sizes are bounded.
///
/// - SeeAlso: The expr language definition.
public struct Expression: Sendable {
    /// The expression as written.
    public let source: String
    /// The type of its value as far as it is known; ``ValueType/any`` where it isn't.
    public let type: ValueType

    private let root: ExpressionNode

    /// Gives the value of a declared name: its position among the declarations, and the arguments.
    public typealias Lookup =
        (_ declaration: Int, _ arguments: [Value]) throws(EvaluationError) -> Value

    /// Parses and checks an expression.
    ///
    /// - Parameters:
    ///   - source: The expression, at most 10,000 octets.
    ///   - declarations: The names that it may use.
    /// - Throws: ``ExpressionError``, which says where the mistake is.
    public init(
        _ source: String,
        declarations: [ExpressionDeclaration] = []
    ) throws(ExpressionError) {
        guard source.utf8.count <= Limits.expressionOctetsMax else {
            throw ExpressionError(
                "expression longer than \(Limits.expressionOctetsMax) octets",
                at: 0,
                in: ""
            )
        }
        var lexer = ExpressionLexer(source)
        let tokens = try lexer.tokens()
        var parser = ExpressionParser(source: source, tokens: tokens, declarations: declarations)
        root = try parser.parse()
        type = root.type
        self.source = source
    }

    /// Evaluates the expression.
    ///
    /// - Parameter lookup: Gives the values of declared names; called in the order of evaluation.
    /// - Returns: The value.
    /// - Throws: ``EvaluationError`` when a value has the wrong type, or a bound is reached.
    public func evaluate(
        _ lookup: Lookup = Expression.nothingDeclared
    ) throws(EvaluationError) -> Value {
        var evaluator = ExpressionEvaluator(source: source)
        return try evaluator.value(of: root, lookup)
    }

    /// Evaluates the expression as a condition.
    ///
    /// - Parameter lookup: Gives the values of declared names; called in the order of evaluation.
    /// - Returns: The truth value.
    /// - Throws: ``EvaluationError`` as ``evaluate(_:)`` does, and when the value isn't a truth
    /// value.
    public func isTrue(
        _ lookup: Lookup = Expression.nothingDeclared
    ) throws(EvaluationError) -> Bool {
        let value = try evaluate(lookup)
        guard case .bool(let truth) = value else {
            throw EvaluationError("expected a bool, but got \(value.type.rawValue)")
        }
        return truth
    }

    /// Refuses every name; for expressions without declarations.
    public static let nothingDeclared: @Sendable (Int, [Value]) throws(EvaluationError) -> Value = {
        (_, _) throws(EvaluationError) in
        throw EvaluationError("no values were given for the declared names")
    }
}
