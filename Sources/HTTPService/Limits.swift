/// The bounds that are no choice of the caller's; the others are in ``HTTPLimits``.
enum Limits {
    /// Connections that the kernel may queue before they are accepted.
    static let backlog: Int32 = 1024
    /// Connections that were accepted and that no event loop has looked at yet.
    static let acceptedCountMax = 128
    /// Milliseconds without accepting, when no more connections can be taken.
    static let acceptPauseMilliseconds: Int32 = 20
    /// Octets that the kernel may queue for a connection, in each direction.
    static let kernelQueueOctets: Int32 = 256 * 1024
    /// Fields in the head of a request.
    static let fieldCountMax = 64
    /// Requests that one HTTP/2 connection may have open at once.
    static let streamCountMax = 100
    /// Octets of bodies that all open requests of a connection may hold.
    static let connectionBodyOctetsMax = 512 * 1024
    /// Octets of replies that wait for a client that doesn't read; one more reply closes it.
    static let connectionReplyOctetsMax = 4 << 20
    /// Milliseconds in which what a client still sends is read and thrown away, once it has been
    /// told that its request is refused: closed at once, it might not see the reply.
    static let lingerMilliseconds: Int64 = 1000
    /// Milliseconds that a connection without any request yet may take to begin one when the
    /// service stops: it may have been accepted a moment ago.
    static let firstRequestMilliseconds: Int64 = 500
    /// Milliseconds for the last frames of an HTTP/2 connection that was idle for too long.
    static let farewellMilliseconds: Int64 = 1000
    /// Seconds between two looks at the files of certificates.
    static let certificateSeconds: Int64 = 10
    /// Octets of a query in a DNS message, at least: its header (RFC 1035 §4.1.1).
    static let messageOctetsMin = 12
    /// Octets of a DNS message, at most (RFC 8484 §6).
    static let messageOctetsMax = 65_535
}
