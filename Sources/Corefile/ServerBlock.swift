/// A server block: what it serves, and the directives that say how.
public struct ServerBlock: Sendable, Hashable {
    /// The keys, such as `.:53` or `cluster.local`, without commas.
    public var keys: [Token]
    /// The directives, in the order of the file; a directive may come several times.
    public var directives: [Directive]

    /// Creates a block.
    public init(keys: [Token], directives: [Directive]) {
        self.keys = keys
        self.directives = directives
    }

    /// All directives of a name, in the order of the file.
    public func directives(named name: String) -> [Directive] {
        directives.filter { $0.name == name }
    }

    /// What the keys mean, each CIDR key as its reverse zones.
    ///
    /// - Throws: ``CorefileErrors`` with an error for each key that means nothing; a block that was
    ///   parsed has none.
    /// - Returns: The addresses, in the order of the keys.
    public func addresses() throws(CorefileErrors) -> [ServerAddress] {
        try keyedAddresses().map(\.address)
    }

    /// What the keys mean, each address with the key that means it.
    ///
    /// - Throws: ``CorefileErrors`` with an error for each key that means nothing; a block that was
    ///   parsed has none.
    /// - Returns: The addresses, in the order of the keys.
    public func keyedAddresses() throws(CorefileErrors) -> [(key: Token, address: ServerAddress)] {
        var addresses: [(key: Token, address: ServerAddress)] = []
        var errors: [CorefileError] = []
        for key in keys {
            do throws(ServerKeyError) {
                addresses += try ServerAddress.parse(key: key.text).map { (key, $0) }
            } catch {
                errors.append(CorefileError(at: key.position, error.message, mend: error.mend))
            }
        }
        guard errors.isEmpty else { throw CorefileErrors(errors) }
        return addresses
    }
}

/// A directive: its name, its arguments and the lines of its block.
public struct Directive: Sendable, Hashable {
    /// The name, environment references replaced.
    public var name: String
    /// The name followed by everything that belongs to it, braces included.
    public var tokens: [Token]

    /// Where the directive begins.
    public var position: SourcePosition? { tokens.first?.position }

    /// Creates a directive; the first token is the name.
    public init(name: String, tokens: [Token]) {
        self.name = name
        self.tokens = tokens
    }

    /// A cursor that stands on the directive's name.
    public func cursor() -> DirectiveCursor { DirectiveCursor(self) }

    /// The arguments on the directive's own line.
    public var arguments: [String] {
        var cursor = cursor()
        return cursor.remainingArguments()
    }
}
