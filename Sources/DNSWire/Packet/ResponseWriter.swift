/// Writes a reply into the outgoing packet, front to back: header, question, records, OPT.
///
/// Every write is bounded by `limit`; a write that does not fit changes nothing and returns false.
@frozen
@safe
public struct ResponseWriter {
    /// The octets that an OPT record without options takes (RFC 6891 §6.1.2).
    @usableFromInline static var optOctetCount: Int { 11 }

    /// A section of a message that holds records.
    @frozen
    public enum Section: UInt8, Sendable {
        /// The answer section.
        case answer
        /// The authority section.
        case authority
        /// The additional section.
        case additional
    }

    /// The outgoing packet.
    public let base: UnsafeMutableRawPointer
    /// The octets that the reply may take, the OPT record left out.
    public internal(set) var limit: Int
    /// Octets of options that wait for the OPT record, behind `limit`.
    @usableFromInline var optionOctets = 0
    /// The octets written.
    public var position: Int
    /// The records written to the answer section.
    public var answerCount: UInt16 = 0
    /// The records written to the authority section.
    public var authorityCount: UInt16 = 0
    /// The records written to the additional section.
    public var additionalCount: UInt16 = 0
    /// The response code, 12 bits; the upper 8 go to the OPT record (RFC 6891 §6.1.3).
    public var responseCode: UInt16 = 0
    /// Whether the answer comes from who is responsible for the name.
    public var isAuthoritative = false
    /// Whether records were left out of the answer or authority section.
    public var isTruncated = false
    /// Whether the data was authenticated by DNSSEC (the AD bit).
    public var isAuthenticated = false
    /// Whether recursion is available here.
    public var recursionAvailable = false
    /// The UDP payload size that the OPT record of the reply states.
    @usableFromInline var payloadOctets: UInt16

    /// Starts a reply: copies the question byte for byte, case included.
    ///
    /// - Parameters:
    ///   - query: The query that is answered.
    ///   - request: The packet that holds it.
    ///   - buffer: The outgoing packet.
    ///   - limit: The most octets that the reply may have, at most `buffer.count`.
    ///   - payloadOctets: The UDP payload size that the reply's OPT record states.
    public init(
        answering query: QueryView,
        request: UnsafeRawBufferPointer,
        into buffer: UnsafeMutableRawBufferPointer,
        limit: Int,
        payloadOctets: UInt16
    ) {
        precondition(query.questionEnd <= request.count && query.questionEnd <= buffer.count)
        precondition(limit <= buffer.count && limit >= 512)
        guard let base = buffer.baseAddress, let source = request.baseAddress else {
            preconditionFailure("a packet buffer is never empty")
        }
        // SAFETY: both ranges hold questionEnd octets (checked above).
        unsafe base.copyMemory(from: source, byteCount: query.questionEnd)
        unsafe self.base = base
        self.limit = limit - (query.hasEDNS ? ResponseWriter.optOctetCount : 0)
        self.payloadOctets = payloadOctets
        position = query.questionEnd
    }

    /// Octets that still fit.
    @inlinable
    public var remaining: Int { limit - position }

    /// Removes everything after the question and clears the code and flags.
    public mutating func reset(to query: QueryView) {
        position = query.questionEnd
        answerCount = 0
        authorityCount = 0
        additionalCount = 0
        responseCode = 0
        isAuthoritative = false
        isTruncated = false
        isAuthenticated = false
        recursionAvailable = false
    }

    /// Counts records that were appended to `section`; one unless told.
    @inlinable
    public mutating func count(_ section: Section, _ records: Int = 1) {
        let records = UInt16(truncatingIfNeeded: records)
        switch section {
        case .answer: answerCount &+= records
        case .authority: authorityCount &+= records
        case .additional: additionalCount &+= records
        }
    }
}
