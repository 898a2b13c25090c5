/// A regular expression of Go's (RE2's) syntax, compiled once.
///
/// Matches are leftmost, and the first alternative wins, as in Go and Perl. A pattern that isn't
/// anchored is looked for everywhere in the text. Compiled code is shared by all threads; what a
/// match needs besides is kept per thread, so looking for a pattern in vain allocates nothing.
///
/// Matching backtracks, where Go's engine runs in linear time: a text on which that takes too long
/// is reported as ``PatternFailure/tooCostly``, after at most some tens of milliseconds. Octets
/// that
/// aren't UTF-8 are matched by nothing, not even by `.`.
///
/// - SeeAlso: Go regexp/syntax.
public struct Pattern: Sendable {
    /// The pattern as written.
    public let source: String
    /// The names of the groups by number; group 0, the whole match, has none.
    public let groupNames: [String?]

    private let code: PatternCode

    /// The number of groups in parentheses, which the whole match isn't counted among.
    public var groupCount: Int { groupNames.count - 1 }

    /// Compiles a pattern.
    ///
    /// - Parameter source: A pattern of RE2's syntax, at most 10,000 octets.
    /// - Throws: ``PatternError`` in Go's words when the pattern isn't of that syntax.
    public init(_ source: String) throws(PatternError) {
        guard source.utf8.count <= Limits.patternOctetsMax else {
            throw PatternError(
                "expression too large",
                String(source.prefix(20)) + "…",
                mend: "at most \(Limits.patternOctetsMax) octets"
            )
        }
        var translator = PatternTranslator(source)
        try translator.translate()
        do throws(PatternCode.Failure) {
            // The callout runs at each start position; see MatchScratch.Watch.
            code = try PatternCode("(?C1)(?:\(translator.output))")
        } catch {
            throw Pattern.error(from: error, of: translator, source)
        }
        self.source = source
        groupNames = translator.groupNames
    }

    private static func error(
        from failure: PatternCode.Failure,
        of translator: PatternTranslator,
        _ source: String
    ) -> PatternError {
        let prefix = "(?C1)(?:".utf8.count
        let isUnknownProperty = failure.code == 147
        let culprit = translator.unicodeClasses.last {
            $0.outputOffset + prefix <= failure.offset
        }
        if isUnknownProperty, let culprit {
            return PatternError("invalid character class range", culprit.source)
        }
        return PatternError(failure.message, source)
    }

    /// Tells whether the pattern occurs in some octets.
    ///
    /// - Parameter subject: The octets to look in.
    /// - Returns: Whether the pattern occurs.
    /// - Throws: ``PatternFailure`` when finding out takes too long.
    public func matches(_ subject: Span<UInt8>) throws(PatternFailure) -> Bool {
        guard let scratch = MatchScratch.current else { throw .outOfMemory }
        // SAFETY: the buffer is used within the closure only.
        return try unsafe subject.withUnsafeBufferPointer {
            (buffer) throws(PatternFailure) in
            try unsafe code.match(buffer, in: scratch)
        }
    }

    /// Tells whether the pattern occurs in a text.
    ///
    /// - Parameter subject: The text to look in.
    /// - Returns: Whether the pattern occurs.
    /// - Throws: ``PatternFailure`` when finding out takes too long.
    public func matches(_ subject: String) throws(PatternFailure) -> Bool {
        try matches(subject.utf8Span.span)
    }

    /// Finds the first occurrence of the pattern in some octets.
    ///
    /// - Parameter subject: The octets to look in.
    /// - Returns: The match, or nil when the pattern doesn't occur.
    /// - Throws: ``PatternFailure`` when finding out takes too long.
    public func firstMatch(in subject: Span<UInt8>) throws(PatternFailure) -> PatternMatch? {
        guard let scratch = MatchScratch.current else { throw .outOfMemory }
        // SAFETY: the buffer is used within the closure only; the match copies its octets.
        return try unsafe subject.withUnsafeBufferPointer {
            (buffer) throws(PatternFailure) -> PatternMatch? in
            guard try unsafe code.match(buffer, in: scratch) else { return nil }
            return PatternMatch(
                subject: unsafe Array(buffer),
                bounds: scratch.bounds(groups: groupNames.count),
                names: groupNames
            )
        }
    }

    /// Finds the first occurrence of the pattern in a text.
    ///
    /// - Parameter subject: The text to look in.
    /// - Returns: The match, or nil when the pattern doesn't occur.
    /// - Throws: ``PatternFailure`` when finding out takes too long.
    public func firstMatch(in subject: String) throws(PatternFailure) -> PatternMatch? {
        try firstMatch(in: subject.utf8Span.span)
    }
}
