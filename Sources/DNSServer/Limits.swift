/// The server's bounds, in one place; each holds whatever clients send.
public enum Limits {
    /// Datagrams taken from the kernel at once: enough to spread a system call's cost, few enough
    /// to keep the buffers in a core's cache.
    static let batchCount = 64
    /// Octets of a received datagram that are kept; a longer query is malformed.
    ///
    /// Far above any real query, which is a name, a type and some options.
    static let datagramOctetsMax = 4096
    /// Octets of a reply over UDP (DNS Flag Day 2020: no fragments on any usual network).
    public static let udpPayloadOctets = 1232
    /// Octets of a message over TCP: what its length field can say (RFC 1035 §4.2.2).
    static let streamOctetsMax = 65_535
    /// Connections open at once; one more is closed at once.
    static let connectionCountMax = 10_000
    /// Seconds that a connection may be without a complete query (RFC 7766 §6.2.3).
    static let connectionIdleSeconds: Int64 = 10
    /// Seconds that a connection may live; a client that needs longer connects again.
    static let connectionTotalSeconds: Int64 = 600
    /// Seconds that clients have to take their replies when the server stops.
    static let drainSeconds: Int64 = 2
    /// Milliseconds without a query after which a connection closes when the server stops.
    static let drainSilenceMilliseconds: Int64 = 50
    /// Octets of replies that wait for a slow reader before no more queries are read from it.
    static let connectionOutputOctetsMax = 256 * 1024
    /// Octets of queries that the kernel may queue for a connection.
    static let connectionInputOctets = 128 * 1024
    /// Batches that a worker still answers once it is asked to stop; what comes later is too late.
    static let drainBatchCount = 256
    /// Microseconds that a worker waits for datagrams before it looks for something newer.
    static let idleLookMicroseconds = 500_000
    /// Ports to try when the kernel may choose one that is free for both UDP and TCP.
    static let portAttemptCountMax = 16
    /// Connections that the kernel may queue before they are accepted.
    static let backlog: Int32 = 1024
    /// Octets that the kernel may queue for a UDP socket.
    static let receiveBufferOctets = 4 << 20
    /// Queries that wait for an upstream or the like at once, each with a copy of its packet.
    static let pendingQueryCountMax = 10_000
    /// Queries that a worker keeps to use them again when they have been answered.
    static let pendingStockMax = 512
    /// Queries of one connection that wait at once, before no more are read from it.
    static let connectionWaitingMax = 128
    /// Services from which on a view is kept in large pages: a smaller one needs few translations
    /// of addresses anyway.
    static let largePageServiceCountMin = 1_000
    /// Changes taken from a registry's log at once.
    static let changeBatchCount = 10_000
    /// Octets of a message between a server and its successor.
    static let controlOctetsMax = 512
    /// Seconds that a server and its successor wait for each other's messages.
    static let controlSeconds = 10
    /// Sockets that a server hands to its successor.
    static let handedSocketCountMax = 65_536
    /// Seconds between two looks at the files of certificates.
    static let certificateSeconds: Int64 = 10
}
