/// Something that a query has to wait for, and that somebody else does: a question to an upstream,
/// a delay.
///
/// A worker never waits. A plugin that finds its errand not done yet returns
/// ``Disposition/waiting``; the query goes to the slow lane, which does the errand and then sends
/// the query through the whole chain again. There the same plugin finds the result among the
/// ``Arrivals``. So each plugin is written once, as a plain function, and what a plugin does on the
/// way back (a line in the log, a count) happens once, when the reply is really there.
///
/// `@unchecked Sendable`: a base class can't state that its subclasses add only immutable
/// properties of Sendable types; each subclass keeps to that.
open class Errand: @unchecked Sendable {
    /// What tells this errand from others of the same query.
    public let key: ErrandKey

    /// Creates an errand.
    public init(key: ErrandKey) {
        self.key = key
    }

    /// Does the errand, on the slow lane's thread, and calls `done` once, on that thread.
    ///
    /// It must not block.
    open func start(_ done: @escaping (ErrandResult) -> Void) {
        done(ErrandResult(octets: [], failure: "\(type(of: self)) does nothing"))
    }
}

/// What tells an errand from others of the same query: who runs it, and for what.
public struct ErrandKey: Sendable, Hashable {
    private let owner: ObjectIdentifier
    private let octets: [UInt8]

    /// Names an errand of `owner`, usually the plugin, by what is asked; the identifier of a query
    /// is not part of it.
    public init(owner: AnyObject, octets: [UInt8]) {
        self.owner = ObjectIdentifier(owner)
        self.octets = octets
    }
}

/// What came of an errand.
public struct ErrandResult: Sendable {
    /// The complete reply; empty if there is none.
    public var octets: [UInt8]
    /// Why there is no reply, for people; nil if there is.
    public var failure: String?
    /// What a plugin returns if there is no reply.
    public var disposition = Disposition.serverFailure
    /// Who replied, such as `192.0.2.53:53`; empty if nobody did.
    public var source: String

    /// Creates a result.
    public init(octets: [UInt8], failure: String? = nil, source: String = "") {
        self.octets = octets
        self.failure = failure
        self.source = source
    }
}

/// What a query waited for and got, in the order in which it came.
///
/// `@unchecked Sendable`: belongs to one query, which is in one thread's hands at a time.
public final class Arrivals: @unchecked Sendable {
    @safe @exclusivity(unchecked)
    private var entries: [(key: ErrandKey, result: ErrandResult, isNew: Bool)] = []

    /// Starts without any.
    public init() {}

    /// How many there are.
    public var count: Int { entries.count }

    /// Keeps a result, that plugins have looked at already unless it is new.
    public func add(_ result: ErrandResult, for key: ErrandKey, isNew: Bool = true) {
        entries.append((key, result, isNew))
    }

    /// The result of an errand; nil if it was not done yet.
    ///
    /// `isNew` is true the first time only: then a cache may want to keep it.
    func take(_ key: ErrandKey) -> (result: ErrandResult, isNew: Bool)? {
        guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
        defer { entries[index].isNew = false }
        return (entries[index].result, entries[index].isNew)
    }
}

/// A query that nobody waits for: it renews what a cache holds.
public struct BackgroundQuery: Sendable {
    /// The query, complete.
    public let request: [UInt8]
    /// The chain it goes through.
    public let chain: PluginChain
    /// The plugin of the chain that it starts at.
    public let start: Int
}

/// Messages of a stream that follow each other in reply to one query: a zone transfer.
///
/// `@unchecked Sendable`: handed from the worker to the connection, used by one at a time.
open class MessageStream: @unchecked Sendable {
    /// Creates a stream.
    public init() {}

    /// The next message, complete with its header; nil after the last.
    open func next() -> [UInt8]? { nil }
}
