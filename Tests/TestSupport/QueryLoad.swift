internal import Dispatch
internal import Foundation
internal import Synchronization

/// Clients that ask a server of 127.0.0.1 without a pause, each with one question on its way, until
/// the load ends.
public final class QueryLoad: Sendable {
    /// What came of it.
    public struct Result: Sendable {
        public var asked = 0
        public var answered = 0
        /// What became of the first ones that were not answered.
        public var losses: [String] = []
    }

    private let port: UInt16
    private let question: [UInt8]
    private let isEnding = Atomic<Bool>(false)
    private let answered = Atomic<Int>(0)
    private let result = Mutex(Result())
    private let running = DispatchGroup()

    /// Starts clients over UDP, each with a socket of its own, and over TCP, each with a connection
    /// for every ten questions.
    ///
    /// `question` is a query whose answer has records.
    public init(port: UInt16, question: [UInt8], datagramClients: Int, streamClients: Int) {
        self.port = port
        self.question = question
        for number in 0..<datagramClients { start { $0.askOverUDP(firstID: UInt16(number) << 8) } }
        for _ in 0..<streamClients { start { $0.askOverTCP() } }
    }

    private func start(_ body: @escaping @Sendable (QueryLoad) -> Void) {
        running.enter()
        Thread.detachNewThread { [self] in
            body(self)
            running.leave()
        }
    }

    /// Waits until so many more questions have been answered, or a client has lost one.
    public func waitForMore(_ count: Int) {
        let goal = answered.load(ordering: .relaxed) + count
        while answered.load(ordering: .relaxed) < goal, result.withLock({ $0.losses.isEmpty }) {
            Thread.sleep(forTimeInterval: 0.001)
        }
    }

    /// Ends the load, and tells what came of it.
    public func end() -> Result {
        isEnding.store(true, ordering: .relaxed)
        running.wait()
        return result.withLock { $0 }
    }

    /// Notes what came of a question; a client that lost one asks no more.
    private func note(_ loss: String?) -> Bool {
        if loss == nil { answered.add(1, ordering: .relaxed) }
        result.withLock { result in
            result.asked += 1
            if let loss {
                if result.losses.count < 10 { result.losses.append(loss) }
            } else {
                result.answered += 1
            }
        }
        return loss == nil && !isEnding.load(ordering: .relaxed)
    }

    private func isAnswer(_ reply: [UInt8], to query: [UInt8]) -> Bool {
        reply.count > query.count && reply[..<2] == query[..<2] && reply[3] & 0x0F == 0
            && (reply[6], reply[7]) != (0, 0)
    }

    private func askOverUDP(firstID: UInt16) {
        guard let client = try? LoopbackClient.udp(port) else {
            _ = note("UDP: no socket")
            return
        }
        var id = firstID
        var loss: String?
        repeat {
            id &+= 1
            let query = [UInt8(id >> 8), UInt8(id & 0xFF)] + question[2...]
            client.send(query)
            let reply = client.receive()
            loss =
                switch reply {
                case nil: "UDP: question \(id) got no reply"
                case .some(let reply) where !isAnswer(reply, to: query): "UDP: \(reply.prefix(12))"
                default: nil
                }
        } while note(loss)
    }

    private func askOverTCP() {
        var client: LoopbackClient?
        var count = 0
        var start = ContinuousClock.now
        var loss: String?
        repeat {
            if count.isMultiple(of: 10) { client = nil }
            count += 1
            loss = nil
            while true {
                // A connection may be closed between two questions, not within one.
                if client?.isAtEnd ?? true {
                    start = .now
                    do {
                        client = try LoopbackClient.tcp(port)
                    } catch {
                        loss = "TCP: \(error)"
                        break
                    }
                }
                let last = start
                start = .now
                client?.send(question)
                let silence = ContinuousClock.now - last
                if let reply = client?.receive() {
                    if !isAnswer(reply, to: question) { loss = "TCP: \(reply.prefix(12))" }
                    break
                }
                client = nil
                // A client that got no time to ask may be taken for one that asks no more; like
                // any other it asks again over another connection (RFC 7766 §6.2.4).
                guard silence < .milliseconds(40) else { continue }
                loss = "TCP: a connection ended without a reply, \(silence) after it was used"
                break
            }
        } while note(loss)
    }
}
