import Addresses
import DNSWire
import Plugins

/// A plugin that asks an upstream made up by a test, as `forward` asks real ones.
///
/// `@unchecked Sendable`: each test uses its own; the loop's thread uses it only while the test
/// waits for that.
final class ScriptedUpstream: Plugin, @unchecked Sendable {
    /// The records in the answer, by name and type, such as `www.example.test. A`.
    var answers: [String: [ResourceRecord]] = [:]
    /// The records in the authority section if there is no answer.
    var authorities: [ResourceRecord] = []
    /// The code of replies without an answer.
    var code = ResponseCode.nameError
    /// Whether replies say that the upstream is responsible, and that it has validated them.
    var isAuthoritative = false
    var isAuthenticated = false
    /// Why the upstream fails; nil if it replies.
    var failure: String?
    /// What was asked, in order.
    var asked: [String] = []
    /// The flags of the last query, and until when it might wait.
    var flags: UInt16 = 0
    var deadline: UInt64 = .max

    init() {
        super.init(name: "forward")
    }

    /// Sets addresses for a name.
    func set(_ name: String, _ addresses: [UInt32], ttl: UInt32 = 300) {
        guard let owner = Name(name) else { return }
        answers["\(owner) A"] = addresses.map {
            ResourceRecord(name: owner, timeToLive: ttl, data: .address(IPAddress(ipv4: $0)))
        }
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        if let cache = unsafe transaction.cache,
            let held = unsafe cache._withUnsafeGuaranteedRef({
                $0.answer(&transaction, rest.fromPrevious)
            })
        {
            return held
        }
        let request = transaction.requestOctets
        let key = ErrandKey(owner: self, octets: Array(request.dropFirst(2)))
        let limit = transaction.deadline
        let arrival = transaction.result(of: key) {
            Question(key: key, upstream: self, request: request, deadline: limit)
        }
        guard var result = arrival?.result else { return .waiting }
        if let failure = result.failure {
            if let cache = unsafe transaction.cache,
                let held = unsafe cache._withUnsafeGuaranteedRef({ $0.answerStale(&transaction) })
            {
                return held
            }
            return transaction.fail(failure)
        }
        if arrival?.isNew == true, let cache = unsafe transaction.cache {
            unsafe cache._withUnsafeGuaranteedRef { $0.keep(&result.octets, for: &transaction) }
        }
        let isWritten = unsafe result.octets.withUnsafeBytes {
            unsafe transaction.write(reply: $0)
        }
        return isWritten ? .written : .serverFailure
    }

    private func reply(to request: [UInt8], until deadline: UInt64) -> ErrandResult {
        guard let query = try? Message(decoding: request), let question = query.questions.first
        else { return ErrandResult(octets: [], failure: "no query") }
        asked.append("\(question.name) \(question.type)")
        flags = query.header.flags
        self.deadline = deadline
        if let failure { return ErrandResult(octets: [], failure: failure) }
        var reply = Message(replyingTo: query)
        reply.header.isAuthoritative = isAuthoritative
        reply.header.isAuthenticData = isAuthenticated
        reply.header.isRecursionAvailable = true
        let key = "\(question.name.lowercased) \(question.type)"
        if let records = answers[key] {
            reply.answers = records
        } else {
            reply.header.responseCode = code
            reply.authorities = authorities
        }
        return ErrandResult(octets: (try? reply.encoded()) ?? [])
    }

    /// `@unchecked Sendable`: restated from `Errand`; a test uses it from one thread.
    private final class Question: Errand, @unchecked Sendable {
        private let upstream: ScriptedUpstream
        private let request: [UInt8]
        private let deadline: UInt64

        init(key: ErrandKey, upstream: ScriptedUpstream, request: [UInt8], deadline: UInt64) {
            self.upstream = upstream
            self.request = request
            self.deadline = deadline
            super.init(key: key)
        }

        override func start(_ done: @escaping (ErrandResult) -> Void) {
            done(upstream.reply(to: request, until: deadline))
        }
    }
}

extension ChainFixture {
    /// Runs the queries that nobody waits for, as the slow lane does.
    ///
    /// - Returns: How many there were.
    @discardableResult
    func runBackground(at time: UInt64) throws -> Int {
        let started = unsafe desk.pointee.background
        unsafe desk.pointee.background.removeAll()
        for query in started {
            let origin = QueryOrigin(
                client: ClientAddress(address: IPAddress(ipv4: 0x7F00_0001), port: 53),
                local: LocalAddress(address: IPAddress(ipv4: 0x7F00_0001), port: 53),
                transport: .udp,
                random: 0,
                start: time,
                isRefresh: true
            )
            _ = try send(query.request, from: origin, at: time, start: query.start)
        }
        return started.count
    }
}

extension ResourceRecord {
    /// An SOA for denials of names in a zone.
    static func denial(_ zone: Name, ttl: UInt32 = 60, minimum: UInt32 = 60) -> ResourceRecord {
        let data = StartOfAuthority(
            primary: zone,
            mailbox: zone,
            serial: 1,
            refresh: 2,
            retry: 3,
            expire: 4,
            minimum: minimum
        )
        return ResourceRecord(name: zone, timeToLive: ttl, data: .soa(data))
    }
}
