internal import KubernetesModel

/// What a CA says of an error: a problem document (RFC 7807 §3.1, RFC 8555 §6.7).
public struct Problem: Sendable, Hashable, CustomStringConvertible {
    /// The kind of error, such as `urn:ietf:params:acme:error:rateLimited`.
    public var type: String
    /// What people are to read.
    public var detail: String
    /// The problems of single names (RFC 8555 §6.7.1).
    public var subproblems: [Subproblem]

    /// A problem with one name of a request.
    public struct Subproblem: Sendable, Hashable {
        /// The name.
        public var identifier: String
        /// The kind of error.
        public var type: String
        /// What people are to read.
        public var detail: String
    }

    /// Reads a problem document; what isn't there is left empty.
    init(_ value: Value) {
        type = Problem.text(value["type"])
        detail = Problem.text(value["detail"] ?? value["title"])
        subproblems = (value["subproblems"]?.array ?? []).prefix(Limits.subproblemsMax).map {
            Subproblem(
                identifier: Problem.text($0["identifier"]?["value"]),
                type: Problem.text($0["type"]),
                detail: Problem.text($0["detail"])
            )
        }
    }

    /// Reads the body of a reply; nil if it is no problem document.
    init?(reading octets: [UInt8]) {
        guard let value = JSONText.read(octets), value.object != nil else { return nil }
        self.init(value)
    }

    /// Whether the nonce of the request was not one of the CA's, or used before (RFC 8555 §6.5).
    var isBadNonce: Bool { kind(type) == "badNonce" }

    /// The kinds, without the space of names that they share, and what the CA says.
    public var description: String {
        let own = sentence(type, detail)
        let others = subproblems.map { "\($0.identifier): \(sentence($0.type, $0.detail))" }
        return ([own] + others).joined(separator: "; ")
    }

    private func sentence(_ type: String, _ detail: String) -> String {
        [kind(type), detail].filter { !$0.isEmpty }.joined(separator: ": ")
    }

    private func kind(_ type: String) -> String {
        let prefix = "urn:ietf:params:acme:error:"
        return type.hasPrefix(prefix) ? String(type.dropFirst(prefix.count)) : type
    }

    /// A text for one line of a log: bounded, and without what would end the line.
    private static func text(_ value: Value?) -> String {
        let text = (value?.string ?? "").prefix(Limits.detailCharactersMax)
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
            )
        )
    }
}
