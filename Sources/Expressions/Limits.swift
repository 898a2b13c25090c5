/// The bounds of the three languages, in one place.
enum Limits {
    // Patterns.

    /// The longest pattern in octets: what Corefile plugins accept.
    static let patternOctetsMax = 10_000
    /// The most capture groups of a pattern; sizes the match data of each thread.
    static let patternGroupsMax = 99
    /// The largest count in `{n,m}`, and the largest product of nested counts, as in RE2.
    static let patternRepeatMax = 1_000
    /// The deepest nesting of groups.
    static let patternNestingMax: UInt32 = 250
    /// The longest subject in octets; names are shorter than 1,100, log lines than this.
    static let subjectOctetsMax = 65_535
    /// The backtracking steps from one start position: about a millisecond.
    static let matchStepsMax: UInt32 = 200_000
    /// The memory for backtracking per thread, in KiB.
    static let matchMemoryKibibytesMax: UInt32 = 1_024
    /// The time for one match over all start positions.
    static let matchNanosecondsMax: UInt64 = 20_000_000

    // Expressions.

    /// The longest expression in octets.
    static let expressionOctetsMax = 10_000
    /// The deepest nesting of an expression; each level costs a few hundred octets of stack.
    static let expressionDepthMax = 100
    /// The tallest tree of an expression: operators in a row, such as `a || b || c`, add to it.
    static let expressionHeightMax = 250
    /// The steps that evaluating an expression may take.
    static let expressionStepsMax = 100_000
    /// The longest list or map that an expression may make.
    static let listCountMax = 10_000
    /// The longest string that an expression or a template function may make, in octets.
    static let stringOctetsMax = 16_384

    // Templates.

    /// The longest template in octets.
    static let templateOctetsMax = 65_535
    /// The deepest nesting of a template's actions and parentheses.
    static let templateDepthMax = 100
    /// The steps that executing a template may take.
    static let templateStepsMax = 100_000
    /// The longest output of a template in octets: a DNS message's.
    static let templateOutputOctetsMax = 65_535
    /// The largest width or precision in `printf`.
    static let printfWidthMax = 1_000
}
