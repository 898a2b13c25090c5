import OrderedCollections

/// A template as `kubectl -o jsonpath=` takes it: text with paths in braces.
///
/// `{.items[*].metadata.name}`, `{range .items[*]}{.metadata.name}{"\n"}{end}`, filters, slices,
/// unions and `..` are known. As with kubectl a missing field prints nothing.
public struct JSONPathTemplate: Sendable {
    let pieces: [JSONPathPiece]

    /// Reads a template.
    ///
    /// - Throws: ``JSONPathError`` that says what was expected.
    public init(parsing text: String) throws(JSONPathError) {
        guard text.utf8.count <= Limits.expressionOctetsMax else {
            throw JSONPathError("the template is longer than \(Limits.expressionOctetsMax) octets")
        }
        var parser = JSONPathParser(text)
        pieces = try parser.template()
    }

    /// Gives the text that the template makes of a value.
    ///
    /// - Throws: ``JSONPathError`` if an index is outside its list or the template visits more
    ///   values than is sensible.
    public func text(for value: Value) throws(JSONPathError) -> String {
        var evaluator = JSONPathEvaluator()
        var out = ""
        try evaluator.write(pieces, value, to: &out)
        return out
    }

    /// Gives the values that the template's paths find.
    ///
    /// - Throws: ``JSONPathError`` as ``text(for:)``.
    public func values(in value: Value) throws(JSONPathError) -> [Value] {
        var evaluator = JSONPathEvaluator()
        var found: [Value] = []
        for case .path(let steps) in pieces { found += try evaluator.find(steps, [value]) }
        return found
    }
}

/// Why a template can't be read or evaluated.
public struct JSONPathError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was found and what was expected.
    public var message: String

    /// Creates an error.
    public init(_ message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}

/// A piece of a template.
enum JSONPathPiece: Sendable {
    /// Text that is printed as it is.
    case text(String)
    /// A path whose values are printed, with spaces between.
    case path([JSONPathStep])
    /// Pieces that are printed for every value of a path.
    case range([JSONPathStep], [JSONPathPiece])
}

/// A step of a path.
indirect enum JSONPathStep: Sendable {
    /// A field of a mapping.
    case field(String)
    /// All values of a mapping or list.
    case all
    /// The values and everything below them.
    case descend
    /// Elements of a list.
    case slice(start: Int?, end: Int?, step: Int?, isIndex: Bool)
    /// The elements of a list for which a comparison holds.
    case filter([JSONPathStep], JSONPathComparison?, [JSONPathStep])
    /// The values of several paths, one after the other.
    case union([[JSONPathStep]])
    /// The value that the template is applied to.
    case root
    /// A value written in the template.
    case literal(Value)
}

/// How a filter compares.
enum JSONPathComparison: String, Sendable, CaseIterable {
    case equal = "=="
    case notEqual = "!="
    case atMost = "<="
    case atLeast = ">="
    case less = "<"
    case greater = ">"
}
