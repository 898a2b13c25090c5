/// A DNS message as values: for everything that is not the in-place fast path.
///
/// - SeeAlso: RFC 1035 §4.1, RFC 6891 §6.
public struct Message: Hashable, Sendable {
    /// The header; the counts follow from the sections.
    public var header: Header
    /// The questions; one in every message of use.
    public var questions: [Question]
    /// The records that answer the question.
    public var answers: [ResourceRecord]
    /// The records that point to an authority.
    public var authorities: [ResourceRecord]
    /// Further records of use, without the OPT record.
    public var additionals: [ResourceRecord]
    /// What the OPT record says; nil if there is none.
    public var edns: EDNS?

    /// Creates a message.
    public init(
        header: Header,
        questions: [Question] = [],
        answers: [ResourceRecord] = [],
        authorities: [ResourceRecord] = [],
        additionals: [ResourceRecord] = [],
        edns: EDNS? = nil
    ) {
        self.header = header
        self.questions = questions
        self.answers = answers
        self.authorities = authorities
        self.additionals = additionals
        self.edns = edns
    }

    /// Creates the empty reply to `query`: its identifier, opcode, questions, RD and CD.
    ///
    /// If the query has an OPT record, so has the reply, with our own payload size (RFC 6891 §7).
    public init(
        replyingTo query: Message,
        responseCode: ResponseCode = .noError,
        udpPayloadSize: UInt16 = UInt16(WireLimits.udpOctetsDefault)
    ) {
        var header = Header(id: query.header.id, opcode: query.header.opcode)
        header.isResponse = true
        header.isRecursionDesired = query.header.isRecursionDesired
        header.isCheckingDisabled = query.header.isCheckingDisabled
        header.responseCode = responseCode
        let edns = query.edns.map {
            EDNS(udpPayloadSize: udpPayloadSize, isDNSSECOK: $0.isDNSSECOK)
        }
        self.init(header: header, questions: query.questions, edns: edns)
    }
}
