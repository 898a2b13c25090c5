internal import Plugins

/// A query that waits, with all that is needed to answer it again: its own copy of the packet.
///
/// `@unchecked Sendable`: in one thread's hands at a time; the worker that makes it hands it over
/// to
/// the slow lane, and from then on only that touches it.
final class PendingQuery: @unchecked Sendable {
    /// The packet.
    let request: [UInt8]
    /// Where it came from.
    let origin: QueryOrigin
    /// The configuration it came to; a reload in between doesn't touch it.
    let configuration: ServingConfiguration
    /// The routes of its listener.
    let table: RoutingTable
    /// The chain and plugin to begin with; nil means the usual way in.
    let entry: (chain: PluginChain, start: Int)?
    /// Where the reply goes.
    let destination: ReplyDestination
    /// What has come for it.
    let arrivals = Arrivals()
    /// What it waits for; nil if it hasn't been looked at yet.
    var errand: Errand?

    /// Keeps a client's query that waits for an errand, or has not been looked at yet.
    init(
        request: [UInt8],
        origin: QueryOrigin,
        configuration: ServingConfiguration,
        table: RoutingTable,
        errand: Errand?,
        destination: ReplyDestination
    ) {
        self.request = request
        self.origin = origin
        self.configuration = configuration
        self.table = table
        self.errand = errand
        self.destination = destination
        entry = nil
    }

    /// Keeps a query that renews what a cache holds.
    init(
        renewing query: BackgroundQuery,
        origin: QueryOrigin,
        configuration: ServingConfiguration,
        table: RoutingTable
    ) {
        request = query.request
        self.origin = origin
        self.configuration = configuration
        self.table = table
        entry = (query.chain, query.start)
        destination = .nobody
    }
}

/// Where the reply to a query that waited goes.
enum ReplyDestination: Sendable {
    /// To a datagram's sender.
    case datagram(DatagramEnvelope)
    /// To a connection, which is told also when there is no reply.
    case stream(@Sendable ([UInt8]?, MessageStream?) -> Void)
    /// To nobody.
    case nobody
}

/// What is needed to send a datagram back: the socket, the sender and the control data, as
/// received.
struct DatagramEnvelope: Sendable {
    /// The socket that the datagram came in by.
    let socket: DatagramSocket
    /// The sender's address in the kernel's form.
    let name: [UInt8]
    /// The control data that makes the reply leave from the address that was asked; may be empty.
    let control: [UInt8]
}
