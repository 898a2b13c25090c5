/// What a format of `log` can stand for (CoreDNS `replacer.go`).
enum LogToken: String, Sendable, CaseIterable {
    /// The question's type.
    case type
    /// The question's name in lower case.
    case name
    /// The question's class.
    case recordClass = "class"
    /// The transport: `udp` or `tcp`.
    case transport = "proto"
    /// Octets of the query.
    case size
    /// The client's address.
    case remote
    /// The client's port.
    case port
    /// The address that the client asked.
    case local
    /// The response code.
    case responseCode = "rcode"
    /// Octets of the reply, the OPT record left out.
    case responseSize = "rsize"
    /// The time that the reply took.
    case duration
    /// The query's identifier.
    case id = ">id"
    /// The operation code.
    case opcode = ">opcode"
    /// Whether the client wants signatures.
    case dnssecOK = ">do"
    /// The octets that the client can take.
    case payload = ">bufsize"
    /// The reply's flags.
    case flags = ">rflags"
}

/// A piece of a format: what is written for it.
enum LogPiece: Sendable, Equatable {
    /// Octets as they are.
    case literal(String)
    /// Something about the query or its reply.
    case token(LogToken)
    /// What a plugin told about the query, by `plugin/label`.
    case metadata(String)

    /// The line that CoreDNS calls common, which holds without a format.
    static let common =
        "{remote}:{port} - {>id} \"{type} {class} {name} {proto} {size} {>do} {>bufsize}\" "
        + "{rcode} {>rflags} {rsize} {duration}"

    /// Reads a format.
    ///
    /// Braces around anything unknown are text like any other.
    static func pieces(of format: String) -> [LogPiece] {
        let whole = format.replacing("{common}", with: common)
            .replacing("{combined}", with: common + " \"{>opcode}\"")
        var pieces: [LogPiece] = []
        var literal = ""
        var rest = whole[...]
        while let start = rest.firstIndex(of: "{") {
            literal += rest[..<start]
            rest = rest[start...]
            guard let end = rest.firstIndex(of: "}"),
                let piece = piece(rest[rest.index(after: start)..<end])
            else {
                literal.append("{")
                rest = rest.dropFirst()
                continue
            }
            if !literal.isEmpty { pieces.append(.literal(literal)) }
            literal = ""
            pieces.append(piece)
            rest = rest[end...].dropFirst()
        }
        literal += rest
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        return pieces
    }

    /// What stands between braces; nil if it is nothing that is known.
    private static func piece(_ text: Substring) -> LogPiece? {
        if let token = LogToken(rawValue: String(text)) { return .token(token) }
        guard text.hasPrefix("/") else { return nil }
        let label = text.dropFirst()
        return MetadataLabel.isLabel(label) ? .metadata(String(label)) : nil
    }
}
