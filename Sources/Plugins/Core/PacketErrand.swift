internal import DNSWire
public import Upstreams

/// An errand that is the same for all queries: to ask somebody with the client's packet as it came.
///
/// Most queries that wait are forwarded like that. Nothing is allocated for them: the packet that
/// is kept with the query anyway is what is asked, and the reply is read where it was received.
///
/// `@unchecked Sendable`: as for ``Errand``.
open class PacketErrand: @unchecked Sendable {
    /// Creates an errand.
    public init() {}

    /// Asks, on the slow lane's thread; `asker` is told the outcome.
    open func start(
        _ request: UnsafeRawBufferPointer,
        over transport: UpstreamTransport,
        deadline: UInt64?,
        for asker: UpstreamAsker
    ) {
        asker.take(
            .failure(UpstreamFailure(.noHealthyUpstream, "\(type(of: self)) asks nobody"))
        )
    }

    /// Who replied, such as `192.0.2.53:53`.
    open func name(of upstream: Int) -> String { "" }

    /// What tells it from other errands of the same query, once it is done.
    public var key: ErrandKey { ErrandKey(owner: self, octets: []) }
}

/// A query's wish to have its packet sent to somebody.
@safe
public struct PacketWish {
    /// Who is to ask; the configuration that the query came to holds it.
    public let errand: Unmanaged<PacketErrand>
    /// What the query came over.
    public let transport: UpstreamTransport
    /// Until when it may take; nil without a bound of the query's own.
    public let deadline: UInt64?
}

extension ErrandResult {
    /// What comes of a question that nobody answered.
    public init(_ failure: UpstreamFailure) {
        self.init(octets: [], failure: failure.description)
        switch failure.kind {
        case .tooManyConcurrent: disposition = .refused
        case .badReply, .malformedRequest: disposition = .formatError
        default: disposition = .serverFailure
        }
    }
}

/// A reply that is lent while a query is answered with it.
@safe
public struct LentReply {
    let owner: ObjectIdentifier
    /// The reply, complete.
    public let octets: UnsafeRawBufferPointer
    /// The number of who replied.
    public let upstream: Int
    /// Whether nobody has looked at it yet: then a cache may want to keep it.
    public fileprivate(set) var isNew = true

    /// Lends a reply to an errand.
    public init(to errand: PacketErrand, _ octets: UnsafeRawBufferPointer, from upstream: Int) {
        owner = ObjectIdentifier(errand)
        unsafe self.octets = octets
        self.upstream = upstream
    }
}

/// What came of an errand that was done with the packet.
@safe
enum PacketArrival {
    /// It has to be waited for.
    case waiting
    /// A reply, in memory that is lent.
    case lent(LentReply)
    /// Something that came before what the query waited for last.
    case kept(ErrandResult, isNew: Bool)
}

extension Transaction {
    /// Whether the query is still the client's packet, octet for octet, so that it can be sent on
    /// without a copy of its own.
    var isPacketAsReceived: Bool {
        guard !isNested, depth == 0, unsafe desk.pointee.takesPacketWishes else { return false }
        let end = query.questionEnd
        guard unsafe request.count >= end, end >= QueryView.headerOctetCount,
            word(2) == query.flags
        else { return false }
        guard query.hasEDNS else { return true }
        // The one record of the usual query is OPT; its class is the payload size.
        guard unsafe request.count >= end + 5, unsafe request[end] == 0,
            word(end + 1) == RecordType.opt.rawValue
        else { return false }
        return max(512, word(end + 3)) == query.udpPayloadOctets
    }

    private func word(_ offset: Int) -> UInt16 {
        unsafe UInt16(request[offset]) << 8 | UInt16(request[offset + 1])
    }

    /// What came of an errand that is done with the client's packet; if it wasn't done, the query
    /// has to wait for it.
    mutating func arrival(
        of errand: PacketErrand,
        over transport: UpstreamTransport,
        deadline: UInt64?
    ) -> PacketArrival {
        let desk = unsafe self.desk
        if let lent = unsafe desk.pointee.lent, lent.owner == ObjectIdentifier(errand) {
            unsafe desk.pointee.lent?.isNew = false
            return .lent(lent)
        }
        if let arrivals = unsafe desk.pointee.arrivals {
            if let found = arrivals.take(errand.key) {
                return .kept(found.result, isNew: found.isNew)
            }
            guard arrivals.count < Limits.errandCountMax else {
                return .kept(Self.tooManyErrands, isNew: false)
            }
        }
        unsafe desk.pointee.errand = nil
        unsafe desk.pointee.packetWish = PacketWish(
            errand: .passUnretained(errand),
            transport: transport,
            deadline: deadline
        )
        return .waiting
    }

    /// What a query gets that waits for one reply after the other.
    static var tooManyErrands: ErrandResult {
        let failure = "a query waits for more than \(Limits.errandCountMax) replies"
        return ErrandResult(octets: [], failure: failure)
    }
}
