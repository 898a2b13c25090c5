internal import DNSWire
internal import Plugins

/// A zone and the chain that answers for it.
struct Route: Sendable {
    /// The zone.
    let zone: Name
    /// The plugins of its server block.
    let chain: PluginChain
    /// What the block says of how it is served.
    let settings: BlockSettings
    /// What is known of this way to the chain.
    let info: RouteInfo
}
