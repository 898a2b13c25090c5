/// A name that an expression may use, besides the language's own functions.
public struct ExpressionDeclaration: Sendable {
    /// The name.
    public let name: String
    /// The types of a function's parameters; nil for a variable.
    public let parameters: [ValueType]?
    /// The type of the variable or of the function's result.
    public let type: ValueType

    /// Declares a function.
    ///
    /// - Parameters:
    ///   - name: The function's name, which hides a function of the language of the same name.
    ///   - parameters: The types of its parameters.
    ///   - type: The type of its result.
    /// - Returns: The declaration.
    public static func function(
        _ name: String,
        _ parameters: [ValueType] = [],
        returning type: ValueType
    ) -> ExpressionDeclaration {
        ExpressionDeclaration(name: name, parameters: parameters, type: type)
    }

    /// Declares a variable.
    ///
    /// - Parameters:
    ///   - name: The variable's name.
    ///   - type: The type of its value.
    /// - Returns: The declaration.
    public static func variable(_ name: String, _ type: ValueType) -> ExpressionDeclaration {
        ExpressionDeclaration(name: name, parameters: nil, type: type)
    }
}
