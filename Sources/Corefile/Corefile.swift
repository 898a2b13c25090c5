/// A parsed Corefile: the server blocks, in the order of the file.
///
/// The language is CoreDNS': words, quotes, comments, `import`, snippets and environment
/// references are read as its parser reads them. What directives mean is for plugins to say.
public struct Corefile: Sendable, Hashable {
    /// The path of the file that was parsed, as it was named; imported files have their own.
    public var file: String
    /// The server blocks.
    public var blocks: [ServerBlock]
    /// What is legal but most likely not meant.
    public var warnings: [CorefileError]

    /// Creates a Corefile from its blocks.
    public init(blocks: [ServerBlock], warnings: [CorefileError] = [], file: String = "") {
        self.file = file
        self.blocks = blocks
        self.warnings = warnings
    }

    /// Parses a Corefile.
    ///
    /// - Parameters:
    ///   - octets: The file's content.
    ///   - file: The file's path, for positions and relative imports.
    ///   - context: What the Corefile can reach.
    /// - Throws: ``CorefileErrors`` with everything that is wrong.
    public init(
        parsing octets: [UInt8],
        file: String,
        context: CorefileContext = CorefileContext()
    ) throws(CorefileErrors) {
        var parser = Parser(context: context)
        self = try parser.parse(octets, file: file)
    }

    /// Parses a Corefile from text.
    ///
    /// - Parameters:
    ///   - text: The file's content.
    ///   - file: The file's path, for positions and relative imports.
    ///   - context: What the Corefile can reach.
    /// - Throws: ``CorefileErrors`` with everything that is wrong.
    public init(
        parsing text: String,
        file: String = "Corefile",
        context: CorefileContext = CorefileContext()
    ) throws(CorefileErrors) {
        try self.init(parsing: Array(text.utf8), file: file, context: context)
    }
}

/// What a Corefile can reach while it is parsed.
public struct CorefileContext: Sendable {
    /// The names of directives; nil accepts any.
    public var directives: Set<String>?
    /// The value of an environment variable; nil if it isn't set.
    public var environment: @Sendable (String) -> String?
    /// The files that can be imported.
    public var files: any CorefileFiles

    /// Creates a context; by default nothing can be reached.
    public init(
        directives: Set<String>? = nil,
        environment: @escaping @Sendable (String) -> String? = { _ in nil },
        files: any CorefileFiles = MemoryFiles([:])
    ) {
        self.directives = directives
        self.environment = environment
        self.files = files
    }
}
