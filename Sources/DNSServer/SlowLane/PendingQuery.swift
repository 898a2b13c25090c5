internal import Addresses
internal import CLinuxNet
internal import Plugins
internal import Upstreams

/// A query that waits, with all that is needed to answer it again: its own copy of the packet.
///
/// Queries are kept and used again by the worker that they came from (``PendingHome``), so that
/// letting one wait allocates nothing.
///
/// `@unchecked Sendable`: in one thread's hands at a time; the worker that fills it hands it over
/// to the slow lane, and from then on only that touches it, until it is back at home.
@safe
final class PendingQuery: UpstreamAsker, @unchecked Sendable {
    /// What it has in common with the others of its worker.
    let home: PendingHome
    /// The next one in the list that it is in.
    @safe @exclusivity(unchecked) var next: Unmanaged<PendingQuery>?
    /// Where it came from.
    @safe @exclusivity(unchecked) private(set) var origin: QueryOrigin
    /// The chain and plugin to begin with; nil means the usual way in.
    private(set) var entry: (chain: PluginChain, start: Int)?
    /// Where the reply goes.
    @safe @exclusivity(unchecked) private(set) var destination = ReplyDestination.nobody
    /// What it waits for: an errand, or the answer to its packet.
    @safe @exclusivity(unchecked) var wait = Wait.nothing
    /// Whom its packet was sent to last.
    @safe @exclusivity(unchecked) var asked: Unmanaged<PacketErrand>?
    /// What has come for it and is kept; nil if that is nothing.
    @safe @exclusivity(unchecked) var arrivals: Arrivals?
    /// The lane that it waits in.
    @safe @exclusivity(unchecked) private var lane: SlowLane?

    // SAFETY, for all uses: `memory` has `capacity` octets; in front is room for control data and
    // an address, of which so many octets are used, behind them the packet.
    @exclusivity(unchecked) private var memory: UnsafeMutableRawPointer
    private var capacity: Int
    private var controlCount = 0
    private var addressCount = 0
    private var requestCount = 0

    /// What a query waits for.
    enum Wait {
        /// Nothing, or nobody has looked at it yet.
        case nothing
        /// An errand of its own.
        case errand(Errand)
        /// The answer to its packet.
        case packet(PacketWish)
    }

    private static var addressOffset: Int { Int(CLN_CONTROL_OCTETS) }
    private static var requestOffset: Int { addressOffset + 32 }
    private static var usualCapacity: Int { 448 }

    /// Makes a query that belongs to a worker.
    init(_ home: PendingHome) {
        self.home = home
        let nobody = ClientAddress(address: IPAddress(ipv4: 0), port: 0)
        origin = QueryOrigin(client: nobody, local: nobody, transport: .udp, random: 0)
        capacity = Self.usualCapacity
        unsafe memory = .allocate(byteCount: Self.usualCapacity, alignment: 16)
    }

    deinit {
        unsafe memory.deallocate()
    }

    /// The packet.
    var request: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: memory + Self.requestOffset, count: requestCount)
    }

    /// The control data that makes a reply leave from the address that was asked; may be empty.
    var control: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: memory, count: controlCount)
    }

    /// The sender's address in the kernel's form.
    var address: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: memory + Self.addressOffset, count: addressCount)
    }

    /// Takes a copy of a packet.
    func begin(_ request: UnsafeRawBufferPointer, from origin: QueryOrigin) {
        let needed = Self.requestOffset + request.count
        if needed > capacity { grow(to: needed) }
        if let base = request.baseAddress {
            unsafe (memory + Self.requestOffset).copyMemory(from: base, byteCount: request.count)
        }
        requestCount = request.count
        self.origin = origin
    }

    /// Takes a query that renews what a cache holds.
    func begin(renewing query: BackgroundQuery, from origin: QueryOrigin) {
        unsafe query.request.withUnsafeBytes { unsafe begin($0, from: origin) }
        entry = (query.chain, query.start)
        destination = .nobody
    }

    private func grow(to octets: Int) {
        unsafe memory.deallocate()
        unsafe memory = .allocate(byteCount: octets, alignment: 16)
        capacity = octets
    }

    /// Has the reply sent as a datagram; the address and control data are those received.
    func reply(
        by socket: DatagramSocket,
        to address: UnsafeRawBufferPointer,
        control: UnsafeRawBufferPointer
    ) {
        addressCount = min(address.count, Self.requestOffset - Self.addressOffset)
        controlCount = min(control.count, Self.addressOffset)
        if addressCount > 0, let base = address.baseAddress {
            unsafe (memory + Self.addressOffset).copyMemory(from: base, byteCount: addressCount)
        }
        if controlCount > 0, let base = control.baseAddress {
            unsafe memory.copyMemory(from: base, byteCount: controlCount)
        }
        // A query that is used again mostly belongs to the same socket still.
        if case .datagram(let last) = destination, last === socket { return }
        destination = .datagram(socket)
    }

    /// Has the reply handed to a connection.
    func reply(to deliver: @escaping ReplyDelivery) {
        destination = .stream(deliver)
    }

    /// Has it wait in a lane.
    func enter(_ lane: SlowLane) {
        if self.lane !== lane { self.lane = lane }
    }

    override func take(_ outcome: UpstreamOutcome) {
        lane?.take(outcome, for: self)
    }

    /// Keeps a result.
    func keep(_ result: ErrandResult, for key: ErrandKey, isNew: Bool = true) {
        let arrivals = arrivals ?? Arrivals()
        arrivals.add(result, for: key, isNew: isNew)
        self.arrivals = arrivals
    }

    /// Forgets the query, so that it can be used for another one.
    func clear() {
        if case .errand = wait { wait = .nothing }
        if arrivals != nil { arrivals = nil }
        if entry != nil { entry = nil }
        if case .stream = destination { destination = .nobody }
        if capacity > Self.usualCapacity { grow(to: Self.usualCapacity) }
    }
}

/// Where the reply to a query that waited goes.
enum ReplyDestination: Sendable {
    /// To a datagram's sender, by the socket that it came in by.
    case datagram(DatagramSocket)
    /// To a connection, which is told also when there is no reply.
    case stream(ReplyDelivery)
    /// To nobody.
    case nobody
}
