internal import Corefile
internal import Expressions

extension DirectiveCursor {
    /// Compiles a pattern of the current line.
    func pattern(_ source: String) throws(CorefileError) -> Pattern {
        do throws(PatternError) {
            return try Pattern(source)
        } catch {
            throw wrong(
                source,
                "is no regular expression: \(error.reason): `\(error.fragment)`",
                mend: error.mend ?? "see Go's regexp/syntax"
            )
        }
    }
}
