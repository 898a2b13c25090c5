import Addresses
import DNSWire
import Dispatch
import Glibc
import Synchronization
import TestSupport
import Testing

/// A DNS server on a free port of 127.0.0.1, over UDP and TCP, that replies what a test says.
///
/// `@unchecked Sendable`: what changes is behind the mutex.
final class LoopbackServer: @unchecked Sendable {
    /// A query, and what it came over.
    struct Query {
        var message: Message
        var isTCP: Bool

        var name: String { message.questions.first.map { "\($0.name)" } ?? "" }
    }

    /// Makes the reply to a query; nil for none.
    typealias Script = @Sendable (Query) -> Message?

    let port: UInt16
    private let datagrams: Int32
    private let listener: Int32
    private let isStopped = Atomic<Bool>(false)
    private let queries = Mutex<[Query]>([])
    private let news = DispatchSemaphore(value: 0)
    private let ended = DispatchGroup()

    /// Starts the server.
    init(_ script: @escaping Script) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        datagrams = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        port = try FreePort.choose()
        address.sin_port = port.bigEndian
        try #require(Self.bind(listener, &address) == 0)
        try #require(Self.bind(datagrams, &address) == 0)
        try #require(listen(listener, 16) == 0)
        for descriptor in [listener, datagrams] { Self.limitWaits(of: descriptor) }
        run { $0.answerDatagrams(script) }
        run { $0.answerStreams(script) }
    }

    deinit {
        if isStopped.load(ordering: .relaxed) { return }
        close(listener)
        close(datagrams)
    }

    /// The address, as `forward` takes it.
    var text: String { "127.0.0.1:\(port)" }

    /// The queries so far.
    var asked: [Query] { queries.withLock { $0 } }

    /// Waits for the next query that nobody waited for.
    func next() throws -> Query {
        try #require(news.wait(timeout: .now() + 120) == .success)
        let query = queries.withLock { queries in
            defer { seen += 1 }
            return queries.indices.contains(seen) ? queries[seen] : nil
        }
        return try #require(query)
    }
    private var seen = 0

    /// Replies no more, as a server that is gone: its host refuses what is sent to it.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        ended.wait()
        close(listener)
        close(datagrams)
    }

    private func run(_ body: @escaping @Sendable (LoopbackServer) -> Void) {
        // The threads look every few milliseconds whether somebody still holds the server.
        DispatchQueue(label: "loopback").async(group: ended) { [weak self] in
            while let server = self, !server.isStopped.load(ordering: .relaxed) { body(server) }
        }
    }

    private func reply(to octets: [UInt8], isTCP: Bool, _ script: Script) -> [UInt8]? {
        guard let message = try? Message(decoding: octets) else { return nil }
        let query = Query(message: message, isTCP: isTCP)
        queries.withLock { $0.append(query) }
        news.signal()
        return script(query).flatMap { try? $0.encoded() }
    }

    private func answerDatagrams(_ script: Script) {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        var source = sockaddr()
        var length = socklen_t(MemoryLayout<sockaddr>.size)
        let count = unsafe recvfrom(datagrams, &buffer, buffer.count, 0, &source, &length)
        guard count > 0, let reply = reply(to: Array(buffer[..<count]), isTCP: false, script)
        else { return }
        _ = unsafe sendto(datagrams, reply, reply.count, 0, &source, length)
    }

    private func answerStreams(_ script: @escaping Script) {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        Self.limitWaits(of: connection)
        DispatchQueue(label: "loopback").async(group: ended) { [weak self] in
            defer { close(connection) }
            var octets: [UInt8] = []
            while let server = self, !server.isStopped.load(ordering: .relaxed) {
                var buffer = [UInt8](repeating: 0, count: 4_096)
                let count = unsafe recv(connection, &buffer, buffer.count, 0)
                if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { return }
                octets += buffer[..<max(0, count)]
                while octets.count >= 2, octets.count >= 2 + Self.length(octets) {
                    let end = 2 + Self.length(octets)
                    let query = Array(octets[2..<end])
                    octets = Array(octets[end...])
                    guard let reply = server.reply(to: query, isTCP: true, script) else { continue }
                    let frame = [UInt8(reply.count >> 8), UInt8(reply.count & 0xFF)] + reply
                    _ = unsafe send(connection, frame, frame.count, Int32(MSG_NOSIGNAL))
                }
            }
        }
    }

    private static func length(_ octets: [UInt8]) -> Int { Int(octets[0]) << 8 | Int(octets[1]) }

    private static func bind(_ descriptor: Int32, _ address: inout sockaddr_in) -> Int32 {
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func limitWaits(of descriptor: Int32) {
        var time = timeval(tv_sec: 0, tv_usec: 20_000)
        let length = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, length)
    }
}

extension LoopbackServer.Query {
    /// A reply with addresses.
    func answer(_ addresses: [String], ttl: UInt32 = 60) -> Message {
        var reply = Message(replyingTo: message)
        reply.header.isRecursionAvailable = true
        let owner = message.questions.first?.name ?? .root
        reply.answers = addresses.compactMap { text in
            IPAddress(text).map {
                ResourceRecord(name: owner, timeToLive: ttl, data: .address($0))
            }
        }
        return reply
    }

    /// A reply with a code, and nothing else.
    func code(_ code: ResponseCode) -> Message {
        var reply = Message(replyingTo: message)
        reply.header.responseCode = code
        return reply
    }
}
