internal import ClusterView
internal import Plugins

/// Everything that workers need to answer: routes by port, and the views behind them.
///
/// Immutable; a reload publishes another one.
final class ServingConfiguration: Sendable {
    /// The routes of each port that has server blocks of its own.
    let tables: [UInt16: RoutingTable]
    /// The routes of every other port.
    let common: RoutingTable
    /// The views, by the index that plugins know them by.
    let views: [ViewPublisher]

    /// Makes a configuration.
    init(tables: [UInt16: RoutingTable], common: RoutingTable, views: [ViewPublisher]) {
        self.tables = tables
        self.common = common
        self.views = views
    }

    /// The routes of a port.
    func table(port: UInt16) -> RoutingTable { tables[port] ?? common }
}
