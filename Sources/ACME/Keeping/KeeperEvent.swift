/// What people are to know of how certificates are kept.
public enum KeeperEvent: Sendable, Hashable {
    /// There is no certificate yet: it is ordered, and handshakes fail until then.
    case missing(ManagedName, ca: HTTPURL)
    /// What is stored is of no use: it is ordered anew.
    case damaged(ACMEError)
    /// A stored certificate is used until its renewal, seconds from now.
    case found(ManagedName, renewalSeconds: Int)
    /// A certificate was got; it is renewed seconds from now.
    case obtained(ManagedName, renewalSeconds: Int)
    /// A certificate could not be got; the next attempt is seconds from now.
    case failed(ManagedName, ACMEError, retrySeconds: Int)
}
