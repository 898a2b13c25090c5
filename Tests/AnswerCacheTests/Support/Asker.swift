import AnswerCache
import DNSWire
import Testing

/// A query as a client writes it.
struct Ask {
    var name: String
    var type: RecordType = .a
    var recordClass: RecordClass = .in
    var dnssecOK = false
    var checkingDisabled = false
    var view: UInt16 = 0
    /// The octets that the client takes; nil without EDNS.
    var payload: UInt16?

    init(_ name: String, _ type: RecordType = .a) {
        self.name = name
        self.type = type
    }

    func with(_ change: (inout Ask) -> Void) -> Ask {
        var copy = self
        change(&copy)
        return copy
    }

    var question: Question {
        Question(name: Name(name)!, type: type, recordClass: recordClass)
    }

    var octets: [UInt8] {
        var message = Message(header: Header(id: 0xBEEF, isRecursionDesired: true))
        message.header.isCheckingDisabled = checkingDisabled
        message.questions = [question]
        if payload != nil || dnssecOK {
            message.edns = EDNS(udpPayloadSize: payload ?? 1232, isDNSSECOK: dnssecOK)
        }
        return try! message.encoded()
    }

    /// Calls `body` with the key that a worker would make of the query.
    func withKey<Result>(_ body: (CacheKey) throws -> Result) rethrows -> Result {
        let storage = QueryScratch.Storage()
        let packet = octets
        var query = QueryView()
        _ = unsafe packet.withUnsafeBytes { unsafe query.read($0, scratch: storage.scratch) }
        return try body(CacheKey(query, storage.scratch, view: view))
    }
}

/// A cache, a reader of it, and a clock.
final class Asker {
    let epochs = ReaderEpochs(readersMax: 4)
    let cache: AnswerCache
    let reader: EpochReader
    /// Seconds of the clock.
    var seconds = 1_000.0
    var policy = StorePolicy(
        success: TTLBounds(minimum: 0, maximum: 3_600),
        denial: TTLBounds(minimum: 0, maximum: 1_800)
    )

    init(_ configuration: CacheConfiguration = CacheConfiguration()) {
        var configuration = configuration
        configuration.success.entries = 100
        configuration.denial.entries = 100
        cache = AnswerCache(configuration, epochs: epochs, seed: 7)
        reader = epochs.register()!
    }

    var now: UInt64 { UInt64(seconds * 1e9) }

    @discardableResult
    func put(_ ask: Ask, _ reply: [UInt8]) -> Result<Stored, StoreRefusal> {
        ask.withKey { key in
            do throws(StoreRefusal) {
                return .success(
                    try cache.insert(reply, for: key, policy: policy, now: now, wallClock: 5_000)
                )
            } catch {
                return .failure(error)
            }
        }
    }

    @discardableResult
    func put(_ ask: Ask, _ reply: Message) -> Result<Stored, StoreRefusal> {
        put(ask, try! reply.encoded())
    }

    /// Looks a query up, as a worker does, and hands what is found to `body`.
    func find<Result>(
        _ ask: Ask,
        order: LookupOrder = .newestFirst,
        _ body: (CacheHit) -> Result
    ) -> Result? {
        let epoch = reader.enter()
        defer { reader.leave() }
        return ask.withKey { cache.lookup($0, now: now, in: epoch, order: order).map(body) }
    }

    /// The octets that a client gets; nil if nothing is cached.
    func answer(_ ask: Ask, limit: Int = 65_535, timeToLive: UInt32? = nil) -> [UInt8]? {
        let epoch = reader.enter()
        defer { reader.leave() }
        let storage = QueryScratch.Storage()
        let packet = ask.octets
        var query = QueryView()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_535, alignment: 8)
        defer { unsafe buffer.deallocate() }
        return unsafe packet.withUnsafeBytes { request -> [UInt8]? in
            guard unsafe query.read(request, scratch: storage.scratch) == .answer else {
                return nil
            }
            let key = CacheKey(query, storage.scratch, view: ask.view)
            guard let hit = cache.lookup(key, now: now, in: epoch) else { return nil }
            var writer = unsafe ResponseWriter(
                answering: query,
                request: request,
                into: buffer,
                limit: limit,
                payloadOctets: 1232
            )
            guard hit.write(into: &writer, timeToLive: timeToLive ?? hit.remaining) else {
                return nil
            }
            let count = writer.finish(query)
            return unsafe Array(buffer[..<count])
        }
    }

    /// What a client gets.
    func message(_ ask: Ask, limit: Int = 65_535, timeToLive: UInt32? = nil) -> Message? {
        answer(ask, limit: limit, timeToLive: timeToLive).flatMap { try? Message(decoding: $0) }
    }
}
