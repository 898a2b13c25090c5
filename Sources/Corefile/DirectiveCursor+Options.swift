extension DirectiveCursor {
    /// Reads each line of the block that opens on the current line, if one does.
    ///
    /// `read` stands on the line's first word and advances over its arguments and, if the line
    /// may open a block, over that (with ``readOptions(_:)`` again). Whatever it leaves is an
    /// error. After an error the lines that follow are still read.
    ///
    /// - Parameter read: Reads a line, whose first word it is given.
    /// - Throws: ``CorefileErrors`` with the errors of all lines.
    public mutating func readOptions(
        _ read: (_ option: String, _ cursor: inout DirectiveCursor) throws -> Void
    ) throws(CorefileErrors) {
        let outside = depth
        let line = option
        defer { option = line }
        guard enterBlock() else { return }
        let inside = depth
        var errors: [CorefileError] = []
        while depth == inside, let option = nextOption() {
            do {
                try read(option, &self)
                try expectOptionEnd(at: inside)
            } catch {
                errors += corefileErrors(of: error)
                skipLine(to: inside)
            }
        }
        guard errors.isEmpty else {
            // What follows on the line of the opening brace has no meaning of its own any more.
            skipLine(to: outside)
            throw CorefileErrors(errors)
        }
    }

    private mutating func expectOptionEnd(at inside: Int) throws(CorefileError) {
        try noMoreArguments()
        guard opensBlock, depth == inside else { return }
        throw error("\(lineName): no block may open here", mend: "delete the braces")
    }

    /// Checks that the line has no further argument.
    ///
    /// - Throws: ``CorefileError`` if it has.
    public mutating func noMoreArguments() throws(CorefileError) {
        let word = current
        if let extra = nextArgument() {
            throw error("unexpected '\(extra.shown)' after '\(word.shown)'", mend: "delete it")
        }
    }

    /// Checks that the line has no further argument.
    ///
    /// - Throws: ``CorefileError`` if it has.
    public mutating func expectLineEnd() throws(CorefileError) { try noMoreArguments() }

    /// Advances to the next argument, which must be there.
    ///
    /// - Parameter what: What to write, for the error, such as `a name`.
    /// - Throws: ``CorefileError`` if the line has ended.
    /// - Returns: The argument.
    public mutating func argument(_ what: String = "one") throws(CorefileError) -> String {
        if let argument = nextArgument() { return argument }
        throw error("'\(option.shown)' needs an argument", mend: "write \(what) after it")
    }

    /// Advances to the only argument on the line.
    ///
    /// - Throws: ``CorefileError`` if there is none, or more than one.
    /// - Returns: The argument.
    public mutating func onlyArgument() throws(CorefileError) -> String {
        let option = current
        guard let argument = nextArgument() else {
            throw error("'\(option.shown)' needs an argument", mend: "write one after it")
        }
        if let extra = nextArgument() {
            throw error("'\(option.shown)' takes one argument", mend: "delete '\(extra.shown)'")
        }
        return argument
    }

    /// Advances to the last argument on the line, and returns all that it passed.
    ///
    /// - Parameter count: How many there must be.
    /// - Throws: ``CorefileError`` if there are fewer or more.
    /// - Returns: The arguments.
    public mutating func remainingArguments(
        count: ClosedRange<Int>
    ) throws(CorefileError) -> [String] {
        let arguments = remainingArguments()
        if count.contains(arguments.count) { return arguments }
        let bounds = ValueText.range(count)
        throw error(
            "'\(option.shown)' takes \(bounds) argument\(bounds == "1" ? "" : "s"),"
                + " found \(arguments.count)",
            mend: arguments.count < count.lowerBound
                ? "write what is missing"
                : "delete '\(arguments[count.upperBound].shown)'"
        )
    }

    /// The errors that a parser threw, of whatever type.
    func corefileErrors(of problem: any Error) -> [CorefileError] {
        switch problem {
        case let errors as CorefileErrors: errors.errors
        case let error as CorefileError: [error]
        default: [error("\(lineName): \(problem)")]
        }
    }
}

extension Directive {
    /// Reads the directive to its end.
    ///
    /// - Parameter read: Reads it with a cursor that stands on its name.
    /// - Throws: ``CorefileErrors`` with what `read` throws, or if it leaves something unread.
    /// - Returns: What `read` returns.
    public func read<Result>(
        _ read: (_ cursor: inout DirectiveCursor) throws -> Result
    ) throws(CorefileErrors) -> Result {
        var cursor = cursor()
        do {
            let result = try read(&cursor)
            try cursor.expectEnd()
            return result
        } catch {
            throw CorefileErrors(cursor.corefileErrors(of: error))
        }
    }
}

extension Sequence<Directive> {
    /// Reads each directive to its end.
    ///
    /// - Parameter read: Reads one with a cursor that stands on its name.
    /// - Throws: ``CorefileErrors`` with everything that is wrong in any of them.
    /// - Returns: What `read` returned for each.
    public func readEach<Result>(
        _ read: (_ cursor: inout DirectiveCursor) throws -> Result
    ) throws(CorefileErrors) -> [Result] {
        var results: [Result] = []
        var errors: [CorefileError] = []
        for directive in self {
            do throws(CorefileErrors) {
                results.append(try directive.read(read))
            } catch {
                errors += error.errors
            }
        }
        guard errors.isEmpty else { throw CorefileErrors(errors) }
        return results
    }
}
