internal import Upstreams

/// Why a query fails, for people.
///
/// What is not a text becomes one only when somebody reads it: queries that fail by the thousand
/// count no references and allocate nothing for it.
public enum QueryFailure: Sendable, CustomStringConvertible {
    /// What a plugin says.
    case text(String)
    /// As many queries are under way as the configuration allows.
    case tooManyConcurrent(maximum: Int)
    /// As many queries are on their way to upstreams as may be.
    case notAsked
    /// No upstream is well.
    case noHealthyUpstream

    /// The reason as a text.
    public var description: String {
        switch self {
        case .text(let text): text
        case .tooManyConcurrent(let maximum):
            UpstreamFailure.tooManyConcurrent(maximum: maximum).description
        case .notAsked: "upstreams not asked, too many queries are on their way to them"
        case .noHealthyUpstream: UpstreamFailure.noHealthyUpstream.description
        }
    }
}
