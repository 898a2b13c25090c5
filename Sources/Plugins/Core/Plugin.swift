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

    /// The code that the server writes, if the plugin wrote nothing.
    public var responseCode: UInt16? {
        switch self {
        case .written, .dropped: nil
        case .serverFailure: 2
        case .refused: 5
        }
    }
}

/// A link of the chain through which every query of a server block goes.
///
/// `@unchecked Sendable`: a base class can't state that its subclasses add only immutable
/// properties of Sendable types; each subclass keeps to that.
open class Plugin: @unchecked Sendable {
    /// The name of the directive.
    public let name: String

    /// Creates a plugin.
    public init(name: String) {
        self.name = name
    }

    /// Answers a query, or passes it on to the rest of the chain.
    open func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        rest.answer(&transaction)
    }
}

/// The plugins of a server block, in the order in which they are asked.
///
/// `@unchecked Sendable`: the list is made in `init`, never written after it, and freed in
/// `deinit`.
@safe
public final class PluginChain: @unchecked Sendable {
    /// The plugins.
    public let plugins: [Plugin]
    private let links: UnsafeMutableBufferPointer<Unmanaged<Plugin>>

    /// Makes a chain of plugins, the first one first.
    public init(_ plugins: [Plugin]) {
        self.plugins = plugins
        unsafe links = .allocate(capacity: max(1, plugins.count))
        for (index, plugin) in plugins.enumerated() {
            unsafe links.initializeElement(at: index, to: .passUnretained(plugin))
        }
    }

    deinit {
        unsafe links.deallocate()
    }

    /// Sends a query through the chain.
    ///
    /// A chain that ends without a reply refuses (CoreDNS `ServeDNS` without next plugin).
    public func answer(_ transaction: inout Transaction) -> Disposition {
        let start = unsafe UnsafePointer(links.baseAddress)
        return unsafe RestOfChain(next: start, count: plugins.count).answer(&transaction)
    }
}

/// What comes after a plugin in its chain.
///
/// The references are not counted: the chain holds the plugins, and whoever sends a query through
/// it holds the chain.
@safe
public struct RestOfChain {
    let next: UnsafePointer<Unmanaged<Plugin>>?
    let count: Int

    /// Sends a query to the next plugin.
    public func answer(_ transaction: inout Transaction) -> Disposition {
        guard count > 0, let next = unsafe next else { return .refused }
        // SAFETY: `next` points at `count` plugins that the chain holds.
        let rest = unsafe RestOfChain(next: next + 1, count: count - 1)
        return unsafe next.pointee._withUnsafeGuaranteedRef { $0.answer(&transaction, rest) }
    }
}
