public import AnswerCache
public import ClusterView
internal import DNSWire
public import Metrics

/// What a thread that answers queries lends to each of them: its versions of the views, its
/// counters, the time, and the place where a query says what it has to wait for.
///
/// One thread uses it; transactions point at it. Nothing in it is counted or allocated for a query
/// that waits for nobody.
@safe
public struct WorkerDesk: ~Copyable {
    /// The versions of the views that the batch sees, by index; held by the worker.
    public var snapshots: UnsafeMutableBufferPointer<Unmanaged<ClusterSnapshot>>
    /// The thread's own counters.
    public let metrics: MetricsWriter
    /// When the batch came in: nanoseconds of the monotonic clock.
    public var time: UInt64 = 0
    /// What the query in hand waited for and got, when it is answered once more.
    public var arrivals: Arrivals?
    /// What the query in hand has to wait for; set together with ``Disposition/waiting``.
    public var errand: Errand?
    /// Whom it wants to be asked with its packet; set together with ``Disposition/waiting``.
    public var packetWish: PacketWish?
    /// The reply to the packet of the query in hand, when it is answered with that.
    public var lent: LentReply?
    /// Whether whoever uses the desk looks at ``packetWish``.
    public var takesPacketWishes = false
    /// What is to be asked without anybody waiting for it.
    public var background: [BackgroundQuery] = []
    /// Why the query in hand fails, for people.
    public var failure: QueryFailure?
    /// What plugins tell about the query in hand, by `plugin/label`; filled where `metadata` is in
    /// the block.
    public var metadata: [String: String] = [:]
    /// Messages that follow the reply over a stream: zone transfers.
    public var stream: MessageStream?
    /// The thread's right to read caches; nil if too many threads have one.
    private let reader: EpochReader?
    /// Shows caches that the thread is reading; nil while it isn't.
    public private(set) var epoch: ReadingEpoch?
    /// Memory for queries within a query, used again and again.
    var spaces: [NestedSpace] = []

    /// Makes the desk of a thread.
    public init(metrics: MetricsWriter, epochs: ReaderEpochs) {
        self.metrics = metrics
        reader = epochs.register()
        unsafe snapshots = .allocate(capacity: 0)
    }

    deinit {
        unsafe snapshots.deallocate()
    }

    /// Begins a batch at a time, in nanoseconds of the monotonic clock; caches may be read.
    public mutating func beginBatch(at time: UInt64) {
        self.time = time
        epoch = reader?.enter()
    }

    /// Ends a batch; call it before the thread waits.
    public mutating func endBatch() {
        epoch = nil
        reader?.leave()
    }

    /// Takes what the query in hand has to wait for.
    public mutating func takeErrand() -> Errand? {
        defer { errand = nil }
        return errand
    }

    /// Takes whom the query in hand wants to be asked with its packet.
    public mutating func takePacketWish() -> PacketWish? {
        guard let wish = packetWish else { return nil }
        packetWish = nil
        return wish
    }

    /// Takes the messages that follow the reply in hand.
    public mutating func takeStream() -> MessageStream? {
        guard stream != nil else { return nil }
        defer { stream = nil }
        return stream
    }

    /// Takes over the versions of the views; the caller holds them until it calls this again.
    public mutating func adopt(_ versions: [ClusterSnapshot]) {
        unsafe snapshots.deallocate()
        unsafe snapshots = .allocate(capacity: max(1, versions.count))
        for (index, version) in versions.enumerated() {
            unsafe snapshots.initializeElement(at: index, to: .passUnretained(version))
        }
    }
}

/// Memory in which a query within a query is read and answered.
@safe
final class NestedSpace {
    /// Where the name of the query goes.
    let main = QueryScratch.Storage()
    /// Where other names go.
    let spare = QueryScratch.Storage()
    /// Where the reply is written.
    let buffer: UnsafeMutableRawBufferPointer

    /// Allocates the memory.
    init() {
        unsafe buffer = .allocate(byteCount: Limits.messageOctetsMax, alignment: 64)
    }

    deinit {
        unsafe buffer.deallocate()
    }
}
