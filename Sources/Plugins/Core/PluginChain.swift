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

    /// Sends a query through the chain, from the plugin with the number `start` on.
    ///
    /// A chain that ends without a reply refuses (CoreDNS `ServeDNS` without next plugin).
    public func answer(_ transaction: inout Transaction, from start: Int = 0) -> Disposition {
        guard start >= 0, start <= plugins.count else { return .refused }
        let rest = unsafe RestOfChain(
            next: UnsafePointer(links.baseAddress).map { unsafe $0 + start },
            index: start,
            owner: .passUnretained(self),
            count: plugins.count - start
        )
        return rest.answer(&transaction)
    }
}

/// What comes after a plugin in its chain.
///
/// The references are not counted: the chain holds the plugins, and whoever sends a query through
/// it holds the chain.
@safe
public struct RestOfChain {
    private let next: UnsafePointer<Unmanaged<Plugin>>?
    /// The number in the chain of the plugin it begins with.
    public let index: Int
    private let owner: Unmanaged<PluginChain>
    private let count: Int

    init(
        next: UnsafePointer<Unmanaged<Plugin>>?,
        index: Int,
        owner: Unmanaged<PluginChain>,
        count: Int
    ) {
        unsafe self.next = next
        self.index = index
        unsafe self.owner = owner
        self.count = count
    }

    /// The chain; counted, hence outside of the packet path only.
    public var chain: PluginChain? { unsafe owner.takeUnretainedValue() }

    /// The same with the plugin in front of it: for a plugin that wants to be asked again.
    public var fromPrevious: RestOfChain {
        guard index > 0, let next = unsafe next else { return self }
        // SAFETY: index > 0, so that there is a link in front of this one.
        return unsafe RestOfChain(next: next - 1, index: index - 1, owner: owner, count: count + 1)
    }

    /// Sends a query to the next plugin.
    public func answer(_ transaction: inout Transaction) -> Disposition {
        guard count > 0, let next = unsafe next else { return .refused }
        transaction.reached = index
        // SAFETY: `next` points at `count` plugins that the chain holds.
        let rest = unsafe RestOfChain(
            next: next + 1,
            index: index + 1,
            owner: owner,
            count: count - 1
        )
        return unsafe next.pointee._withUnsafeGuaranteedRef { $0.answer(&transaction, rest) }
    }
}
