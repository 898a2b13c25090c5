/// A part of an expression, checked.
struct ExpressionNode: Sendable {
    /// What the part is.
    indirect enum Kind: Sendable {
        case literal(Value)
        case list([ExpressionNode])
        case map([Pair])
        /// What `let` named; the position on the stack of such values.
        case local(Int)
        case bind(value: ExpressionNode, body: ExpressionNode)
        /// `#` in a predicate.
        case element
        /// `#index` in a predicate.
        case elementIndex
        case declared(Int, [ExpressionNode])
        case builtin(ExpressionBuiltin, [ExpressionNode])
        case not(ExpressionNode)
        case negate(ExpressionNode)
        case and(ExpressionNode, ExpressionNode)
        case or(ExpressionNode, ExpressionNode)
        case coalesce(ExpressionNode, ExpressionNode)
        case conditional(ExpressionNode, ExpressionNode, ExpressionNode)
        case binary(ExpressionOperator, ExpressionNode, ExpressionNode)
        /// `matches` with a pattern that is known at setup.
        case matches(ExpressionNode, Pattern)
        case member(ExpressionNode, key: ExpressionNode, isOptional: Bool)
        case slice(ExpressionNode, from: ExpressionNode?, to: ExpressionNode?)
        /// A chain of members that is `nil` as a whole where `?.` meets `nil`.
        case chain(ExpressionNode)
    }

    /// A key and its value in a map literal.
    struct Pair: Sendable {
        let key: ExpressionNode
        let value: ExpressionNode
    }

    let kind: Kind
    let type: ValueType
    /// Where the part is in the source, in octets.
    let offset: Int
    /// How tall the tree below is, with this part.
    let height: Int
}

/// The operators of two values that always need both.
enum ExpressionOperator: String, Sendable {
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case power = "**"
    case range = ".."
    case contained = "in"
    case contains
    case startsWith
    case endsWith
    case matches

    /// Finds an operator by its spelling.
    init?(spelling: String) {
        self.init(rawValue: spelling == "^" ? "**" : spelling)
    }

    /// The type of the result, or nil when the operator isn't defined for the operands.
    func type(_ left: ValueType, _ right: ValueType) -> ValueType? {
        let areNumbers = left.isNumber && right.isNumber
        let areStrings = ValueType.string.accepts(left) && ValueType.string.accepts(right)
        let areIntegers = ValueType.int.accepts(left) && ValueType.int.accepts(right)
        switch self {
        case .equal, .unequal:
            let isComparable =
                left == .null || right == .null || areNumbers || left.accepts(right)
                || right.accepts(left)
            return isComparable ? .bool : nil
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            return areNumbers || areStrings ? .bool : nil
        case .add:
            if areNumbers && areStrings { return .any }
            return areNumbers ? sum(left, right) : areStrings ? .string : nil
        case .subtract, .multiply: return areNumbers ? sum(left, right) : nil
        case .divide, .power: return areNumbers ? .float : nil
        case .remainder: return areIntegers ? .int : nil
        case .range: return areIntegers ? .list : nil
        case .contained:
            let isHeld = right == .list || right == .any
            return isHeld || (right == .map && ValueType.string.accepts(left)) ? .bool : nil
        case .contains, .startsWith, .endsWith, .matches: return areStrings ? .bool : nil
        }
    }

    private func sum(_ left: ValueType, _ right: ValueType) -> ValueType {
        if left == .any || right == .any { return .any }
        return left == .int && right == .int ? .int : .float
    }
}
