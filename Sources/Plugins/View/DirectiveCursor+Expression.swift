internal import Corefile
internal import Expressions

extension DirectiveCursor {
    /// Reads the rest of the line as an expression about a query.
    mutating func expression() throws(CorefileError) -> Expression {
        let first = try argument("an expression")
        let source = ([first] + remainingArguments()).joined(separator: " ")
        do throws(ExpressionError) {
            return try Expression(source, declarations: QueryFacts.declarations)
        } catch {
            throw wrong(
                source,
                "is no expression: \(error.reason), at column \(error.column)",
                mend: "see the functions on the page of view"
            )
        }
    }
}
