internal import Glibc

/// Why an upstream gave no answer, in the words of CoreDNS where it has some.
public struct UpstreamFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of trouble.
    public enum Kind: Sendable, Hashable {
        /// No upstream is well, and the settings say not to try.
        case noHealthyUpstream
        /// The group has as many questions under way as the settings allow: REFUSED.
        case tooManyConcurrent
        /// A bound of ours is reached.
        case overloaded
        /// The question is malformed or too long.
        case malformedRequest
        /// No answer came in time.
        case timeout
        /// The upstream can't be reached, or ended the connection.
        case unreachable
        /// What the upstream sent is no answer to the question.
        case badReply
        /// The upstream's certificate or TLS is not what was asked for.
        case tls
        /// The system refused something.
        case system
    }

    /// The kind of trouble.
    public let kind: Kind
    /// What happened, and with which upstream.
    public let description: String

    /// Creates a failure.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// A system call that failed.
    static func system(_ call: String, _ code: Int32) -> UpstreamFailure {
        UpstreamFailure(.system, "\(call): \(errorText(code))")
    }

    /// Tells that as many questions are under way as the settings allow.
    ///
    /// - Parameter maximum: How many that is.
    /// - Returns: The failure, in CoreDNS' words.
    public static func tooManyConcurrent(maximum: Int) -> UpstreamFailure {
        let text = "concurrent queries exceeded maximum \(maximum)"
        return UpstreamFailure(.tooManyConcurrent, text)
    }

    /// No upstream is well, and the settings say not to try.
    public static let noHealthyUpstream = UpstreamFailure(.noHealthyUpstream, "no healthy proxies")
    static let malformedRequest = UpstreamFailure(
        .malformedRequest,
        "the query is malformed, or longer than \(Limits.queryOctetsMax) octets"
    )
}

/// The system's words for an `errno`, as other programs print them: `connection refused`.
func errorText(_ code: Int32) -> String {
    switch code {
    case ECONNREFUSED: return "connection refused"
    case EHOSTUNREACH: return "no route to host"
    case ENETUNREACH: return "network is unreachable"
    case ECONNRESET: return "connection reset by peer"
    default: break
    }
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
}
