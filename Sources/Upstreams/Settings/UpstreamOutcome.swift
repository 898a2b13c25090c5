/// An answer of an upstream.
@safe
public struct UpstreamReply {
    /// The message, with the asker's identifier and spelling of the name.
    ///
    /// It has no OPT record if the question had none. The memory is lent until the call that brings
    /// it returns.
    public let octets: UnsafeRawBufferPointer
    /// Which of the group's upstreams answered: a position in the settings' endpoints.
    public let upstream: Int
    /// What the answer came over.
    public let transport: UpstreamTransport
    /// Nanoseconds since the question was handed over.
    public let nanoseconds: UInt64
    /// Whether the upstream was asked on behalf of another client that had the same question.
    public let isShared: Bool
}

/// What came of a question.
@safe
public enum UpstreamOutcome {
    /// An answer, whatever its code.
    case reply(UpstreamReply)
    /// No answer.
    case failure(UpstreamFailure)
}
