/// A walk over the words of a directive.
///
/// It stands on a word and looks at the next: arguments are the words up to the end of the line,
/// options are the first words of the lines of a block. `DirectiveCursor+Options.swift` reads
/// whole blocks, `+Values` and `+Addresses` read arguments of a kind. A plugin's parser is then:
///
///     let rules = try directives.readEach { cursor in
///         var rule = Rule(zones: try cursor.zones(or: context.zones))
///         try cursor.readOptions { option, cursor in
///             switch option {
///             case "ttl": rule.ttl = try cursor.integer(in: 0...3600)
///             case "policy": rule.policy = try cursor.oneOf(Policy.self)
///             case "reload": rule.interval = try cursor.duration(in: .zero ... .seconds(3600))
///             case "jitter": if cursor.hasArgument { rule.jitter = try cursor.duration() }
///             default: throw cursor.unknownOption(known: ["jitter", "policy", "reload", "ttl"])
///             }
///         }
///         return rule
///     }
///
/// All that is wrong comes out at once, each with its line.
public struct DirectiveCursor: Sendable {
    /// The directive's name.
    public let name: String
    /// The first word of the current line: an option, or the directive's name.
    public internal(set) var option: String
    private let tokens: [Token]
    private var index = 0
    /// The number of blocks around the current word.
    private(set) var depth = 0

    /// Creates a cursor that stands on a directive's name.
    public init(_ directive: Directive) {
        name = directive.name
        option = directive.name
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

    /// The next argument on the line, to which the cursor does not advance; nil at its end.
    ///
    /// A brace that opens a block is no argument, nor is one that closes the block.
    public var upcomingArgument: String? {
        guard let next, !next.startsLine, next.text != "{", depth == 0 || next.text != "}" else {
            return nil
        }
        return next.text
    }

    /// Whether the line has another argument.
    public var hasArgument: Bool { upcomingArgument != nil }

    /// Whether a block opens on the line, behind the current word.
    public var opensBlock: Bool { next.map { !$0.startsLine && $0.text == "{" } ?? false }

    /// Advances to the next argument on the line, if there is one.
    public mutating func nextArgument() -> String? {
        guard let argument = upcomingArgument else { return nil }
        index += 1
        return argument
    }

    /// Advances to the last argument on the line, and returns all that it passed.
    public mutating func remainingArguments() -> [String] {
        var arguments: [String] = []
        while let argument = nextArgument() { arguments.append(argument) }
        return arguments
    }

    /// Advances into the block that opens on the current line.
    ///
    /// Needed only for a block inside of a block: ``nextOption()`` enters the first one itself.
    ///
    /// - Returns: Whether there is such a block.
    public mutating func enterBlock() -> Bool {
        guard opensBlock else { return false }
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
        option = next.text
        return next.text
    }

    /// Advances to the end of the line and of the blocks that open on it, out to a depth.
    mutating func skipLine(to end: Int) {
        while let next, !(next.startsLine && depth == end) {
            if next.text == "}" {
                // The brace of the block in which the line stands is for ``nextOption()``.
                guard depth > end else { return }
                depth -= 1
            } else if next.text == "{" {
                depth += 1
            }
            index += 1
        }
    }

    /// Checks that nothing is left of the directive.
    ///
    /// - Throws: ``CorefileError`` if something is.
    public mutating func expectEnd() throws(CorefileError) {
        guard let next else { return }
        index += 1
        let mend =
            next.text == "{" && next.startsLine
            ? "move it to the end of the line of '\(name)'" : "delete it"
        throw error("unexpected '\(next.text.shown)' in '\(name.shown)'", mend: mend)
    }

    /// An error at the word on which the cursor stands.
    public func error(_ message: String, mend: String = "") -> CorefileError {
        CorefileError(at: position, message, mend: mend)
    }

    /// The error that the current word is no option of the directive.
    public func unknownOption(known: [String]) -> CorefileError {
        error(
            "unknown property '\(current.shown)' of '\(name)'",
            mend: Suggestion.mend(for: current, among: known)
        )
    }

    /// The error that an argument of the current line is not what it must be.
    ///
    /// - Parameters:
    ///   - text: The argument.
    ///   - complaint: What is wrong with it, such as `is not an integer`.
    ///   - mend: What to write instead.
    /// - Returns: The error.
    public func wrong(_ text: String, _ complaint: String, mend: String = "") -> CorefileError {
        error("\(lineName): '\(text.shown)' \(complaint)", mend: mend)
    }

    /// The directive and the option of the current line, to begin a message with.
    var lineName: String { depth == 0 ? name : "\(name): \(option.shown)" }
}
