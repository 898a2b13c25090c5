/// What a server wants to know of its clients (`client_auth` of the directive `tls`).
public enum ClientAuthentication: String, Sendable, Hashable, CaseIterable {
    /// No certificate is asked for.
    case none = "nocert"
    /// A certificate is asked for; none, or any, will do.
    case request
    /// A certificate is needed; any will do.
    case require
    /// No certificate is needed; one that is given must be signed by an authority.
    case verifyIfGiven = "verify_if_given"
    /// A certificate is needed, signed by an authority.
    case requireAndVerify = "require_and_verify"

    /// Whether certificates are checked, not only taken.
    var verifies: Bool { self == .verifyIfGiven || self == .requireAndVerify }

    /// Whether a client without a certificate is turned away.
    var isNeeded: Bool { self == .require || self == .requireAndVerify }
}
