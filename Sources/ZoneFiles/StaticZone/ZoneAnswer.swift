public import DNSWire

/// What a zone has to say to a question.
public struct ZoneAnswer: Equatable, Sendable {
    /// How the search ended.
    public enum Outcome: Equatable, Sendable {
        /// Records of the type, or a chain of aliases to a name outside the zone, were found.
        case answer
        /// The name exists without the type (RFC 2308 §2.2).
        case noData
        /// The name does not exist (RFC 2308 §2.1).
        case nameError
        /// Another zone's servers are responsible (RFC 1034 §4.3.2 step 3b).
        case delegation
        /// The name that a DNAME leads to is too long (RFC 6672 §2.2).
        case aliasTooLong
        /// The name is not in the zone at all.
        case outsideZone
    }

    /// How the search ended, at the end of the chain of aliases if there is one.
    public internal(set) var outcome: Outcome
    /// The answer section: aliases in their order, then the records asked for.
    public internal(set) var answers: [ResourceRecord] = []
    /// The authority section: the SOA record of a negative answer, or a delegation's servers.
    public internal(set) var authorities: [ResourceRecord] = []
    /// The additional section: addresses of the names that the others mention.
    public internal(set) var additionals: [ResourceRecord] = []
    /// The name outside the zone that the aliases lead to; the caller may go on there.
    public internal(set) var unresolvedTarget: Name?

    /// The response code: that of the last name of a chain (RFC 6604 §3).
    public var responseCode: ResponseCode {
        switch outcome {
        case .answer, .noData, .delegation: .noError
        case .nameError: .nameError
        case .aliasTooLong: .nameExists
        case .outsideZone: .refused
        }
    }

    /// Whether the answer is ours to give: AA, which speaks of the first owner (RFC 1034 §6.2.7).
    public var isAuthoritative: Bool {
        switch outcome {
        case .delegation: !answers.isEmpty
        case .outsideZone: false
        case .answer, .noData, .nameError, .aliasTooLong: true
        }
    }

    /// Whether the additional section must not be cut without TC: glue (RFC 9471 §3).
    public var needsAdditionals: Bool { outcome == .delegation && !additionals.isEmpty }

    /// Adds records to the authority section that are not there yet.
    mutating func addProof(_ records: [ResourceRecord]) {
        authorities += records.filter { !authorities.contains($0) }
    }
}
