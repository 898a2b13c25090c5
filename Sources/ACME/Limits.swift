/// The bounds of what is taken from certificate authorities, and of how often they are asked.
public enum Limits {
    /// Octets of a reply's body: a chain of ten certificates has 20 KB, a directory 1 KB.
    static let bodyOctetsMax = 256 << 10
    /// Octets of a stored file.
    static let fileOctetsMax = 256 << 10
    /// Values of a reply, and how deep they lie in each other.
    static let valuesMax = 10_000
    /// How deep a reply's values lie in each other.
    static let depthMax = 16
    /// Octets of a URL or another text of a reply that is kept.
    static let textOctetsMax = 4_096
    /// Characters of what a CA says of a problem that go into a message.
    static let detailCharactersMax = 400
    /// Problems in a problem that are told.
    static let subproblemsMax = 5
    /// Seconds that a connection may take to be made.
    static let connectSeconds: Int64 = 10
    /// Seconds that a request may take, connection included.
    static let requestSeconds: Int64 = 30
    /// How often a request is sent again because the CA didn't take its nonce (RFC 8555 §6.5).
    static let nonceTriesMax = 10
    /// Authorizations of an order: one is asked for.
    static let authorizationsMax = 16
    /// Challenges of an authorization.
    static let challengesMax = 32
    /// Seconds that a challenge or an order may take until it is decided.
    static let decisionSeconds = 300
    /// Seconds between two looks where the CA names none.
    static let lookSeconds = 1...60
    /// Seconds until the first attempt after a failed one is made, and the longest such time.
    static let retrySeconds = 60...21_600
    /// The longest time, in seconds, that a CA may tell us not to come again: a day.
    static let retryAfterSecondsMax = 86_400
    /// The longest time until the certificates are looked at again: clocks may jump.
    static let restSeconds = 3_600
    /// Seconds between two looks whether another process is done with its order.
    static let lockSeconds = 2
}
