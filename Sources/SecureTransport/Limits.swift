/// The bounds of what is read from files and kept for connections.
public enum Limits {
    /// Octets of a file of certificates or keys: a bundle of all public authorities has 230 KB.
    static let pemOctetsMax = 4 << 20
    /// Seconds before its end in which a certificate is warned of.
    static let expirySecondsMin = 7 * 86_400
    /// Seconds that a peer has for its part of the closing of a connection.
    static let shutdownSeconds: Int64 = 1
    /// Octets of encrypted output whose memory a connection keeps for its next reply.
    static let preservedOutputOctets = 16 * 1024
}
