/// Why there is no certificate: what failed, what the CA says of it, and what to do about it.
public struct ACMEError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of trouble.
    public enum Code: Sendable, Hashable {
        /// It was to end before it was done.
        case cancelled
        /// The CA can't be reached, or what answers isn't trusted.
        case unreachable
        /// The CA took too long.
        case timedOut
        /// What the CA replied isn't what RFC 8555 says.
        case malformed
        /// The CA said no.
        case refused
        /// The CA didn't find the record that proves the control of the name.
        case challengeFailed
        /// Files can't be read or written.
        case storage
        /// A key or a certificate is of no use.
        case credentials
        /// A name, a URL or a file that was configured is wrong.
        case configuration
    }

    /// The kind of trouble.
    public var code: Code
    /// What failed.
    public var message: String
    /// What to do about it; empty if nothing helps but waiting.
    public var mend: String
    /// What the CA says of it.
    public var problem: Problem?
    /// Seconds after which the CA wants to be asked again.
    public var retryAfter: Int?

    /// Creates an error.
    public init(
        _ code: Code,
        _ message: String,
        mend: String = "",
        problem: Problem? = nil,
        retryAfter: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.mend = mend
        self.problem = problem
        self.retryAfter = retryAfter
    }

    /// What failed, what the CA says of it, and what to do about it.
    public var description: String {
        let said = problem.map { ": \($0)" } ?? ""
        return message + said + (mend.isEmpty ? "" : ": \(mend)")
    }

    static let cancelled = ACMEError(.cancelled, "the server ends, or its configuration changed")

    /// What comes of a reply that is not as it must be.
    static func malformed(_ url: HTTPURL, _ complaint: String) -> ACMEError {
        ACMEError(.malformed, "\(url): \(complaint)")
    }
}
