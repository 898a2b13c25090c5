/// What a plugin did with a query.
///
/// Codes that a plugin returns without having written a reply are written by the server, as in
/// CoreDNS.
public enum Disposition: Sendable, Hashable {
    /// The reply is written.
    case written
    /// There will be no reply.
    case dropped
    /// Nothing was written: SERVFAIL.
    case serverFailure
    /// Nothing was written: REFUSED.
    case refused
    /// Nothing was written: FORMERR.
    case formatError
    /// Nothing was written: NOTIMP.
    case notImplemented
    /// The query has to wait for an ``Errand``, and is answered again when that is done.
    ///
    /// Whoever gets this from the rest of the chain returns it at once: nothing has happened yet.
    case waiting

    /// The code that the server writes, if the plugin wrote nothing.
    public var responseCode: UInt16? {
        switch self {
        case .written, .dropped, .waiting: nil
        case .formatError: 1
        case .serverFailure: 2
        case .notImplemented: 4
        case .refused: 5
        }
    }
}

/// A link of the chain through which every query of a server block goes.
///
/// `@unchecked Sendable`: a base class can't state that its subclasses add only immutable
/// properties of Sendable types; each subclass keeps to that, or guards what changes.
open class Plugin: @unchecked Sendable {
    /// The name of the directive.
    public let name: String

    /// Creates a plugin.
    public init(name: String) {
        self.name = name
    }

    /// Answers a query, or passes it on to the rest of the chain.
    ///
    /// Runs in the packet path, and for queries that wait once more for each thing they waited for:
    /// a plugin changes nothing of its own before the rest of the chain has returned something
    /// other than ``Disposition/waiting``.
    open func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        rest.answer(&transaction)
    }

    /// Begins what the plugin does beside answering, such as looking for changes of a file; called
    /// once, when the configuration it belongs to is about to be served.
    ///
    /// - Throws: What keeps the configuration from being served; the message names the directive.
    open func start() throws {}

    /// Begins what needs that the server answers already; called once, after ``start()``, when all
    /// listeners of the configuration are open.
    open func beginServing() {}

    /// Ends what ``start()`` and ``beginServing()`` began; called once, when nothing is served from
    /// the plugin any more.
    open func stop() {}

    /// Whether the plugin can answer, as the `ready` endpoint asks; nil if it has no opinion.
    open var isReady: Bool? { nil }

    /// Tells a query what the plugin knows about it, for blocks with `metadata`; before the chain
    /// runs.
    open func addMetadata(to transaction: inout Transaction) {}
}
