/// A walk over the words of a directive.
///
///     var cursor = directive.cursor()
///     let zones = cursor.remainingArguments()
///     while let option = cursor.nextOption() {
///         switch option {
///         case "ttl": ttl = try number(cursor.onlyArgument())
///         default: throw cursor.unknownOption(known: ["ttl"])
///         }
///     }
///     try cursor.expectEnd()
public struct DirectiveCursor: Sendable {
    /// The directive's name.
    public let name: String
    private let tokens: [Token]
    private var index = 0
    private var depth = 0

    /// Creates a cursor that stands on a directive's name.
    public init(_ directive: Directive) {
        name = directive.name
        tokens = directive.tokens
    }

    /// The word on which the cursor stands.
    public var current: String { tokens.indices.contains(index) ? tokens[index].text : name }

    /// Where the word is on which the cursor stands.
    public var position: SourcePosition? {
        tokens.indices.contains(index) ? tokens[index].position : nil
    }

    private var next: Token? {
        tokens.indices.contains(index + 1) ? tokens[index + 1] : nil
    }

    /// Advances to the next argument on the line, if there is one.
    ///
    /// A brace that opens a block is no argument, nor is one that closes the block.
    public mutating func nextArgument() -> String? {
        guard let next, !next.startsLine, next.text != "{", depth == 0 || next.text != "}" else {
            return nil
        }
        index += 1
        return next.text
    }

    /// Advances to the last argument on the line, and returns all that it passed.
    public mutating func remainingArguments() -> [String] {
        var arguments: [String] = []
        while let argument = nextArgument() { arguments.append(argument) }
        return arguments
    }

    /// Advances to the only argument on the line.
    ///
    /// - Throws: ``CorefileError`` if there is none, or more than one.
    /// - Returns: The argument.
    public mutating func onlyArgument() throws(CorefileError) -> String {
        let option = current
        guard let argument = nextArgument() else {
            throw error("'\(option)' needs an argument", mend: "write one after it")
        }
        if let extra = nextArgument() {
            throw error("'\(option)' takes one argument", mend: "delete '\(extra)'")
        }
        return argument
    }

    /// Checks that the line has no further argument.
    ///
    /// - Throws: ``CorefileError`` if it has.
    public mutating func expectLineEnd() throws(CorefileError) {
        let word = current
        if let extra = nextArgument() {
            throw error("unexpected '\(extra)' after '\(word)'", mend: "delete it")
        }
    }

    /// Advances into the block that opens on the current line.
    ///
    /// Needed only for a block inside of a block: ``nextOption()`` enters the first one itself.
    ///
    /// - Returns: Whether there is such a block.
    public mutating func enterBlock() -> Bool {
        guard let next, !next.startsLine, next.text == "{" else { return false }
        index += 1
        depth += 1
        return true
    }

    /// Advances to the first word of the next line of the block, if there is one.
    ///
    /// The end of the block is passed once, after which the walk goes on where the block began.
    public mutating func nextOption() -> String? {
        if depth == 0, !enterBlock() { return nil }
        guard let next else { return nil }
        index += 1
        guard next.text != "}" else {
            depth -= 1
            return nil
        }
        return next.text
    }

    /// Checks that nothing is left of the directive.
    ///
    /// - Throws: ``CorefileError`` if something is.
    public mutating func expectEnd() throws(CorefileError) {
        guard let next else { return }
        index += 1
        let mend =
            next.text == "{" ? "move it to the end of the line of '\(name)'" : "delete it"
        throw error("unexpected '\(next.text)' in '\(name)'", mend: mend)
    }

    /// An error at the word on which the cursor stands.
    public func error(_ message: String, mend: String = "") -> CorefileError {
        CorefileError(at: position, message, mend: mend)
    }

    /// The error that the current word is no option of the directive.
    public func unknownOption(known: [String]) -> CorefileError {
        error(
            "unknown property '\(current)' of '\(name)'",
            mend: Suggestion.mend(for: current, among: known)
        )
    }
}
