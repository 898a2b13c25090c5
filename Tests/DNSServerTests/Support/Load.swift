import Glibc
import Synchronization
import Testing

@testable import DNSServer

/// Clients that ask without pause, each with one question on its way, until the load ends.
final class Load: Sendable {
    /// What came of it.
    struct Result {
        var asked = 0
        var answered = 0
    }

    private let isEnding = Atomic<Bool>(false)
    private let result = Mutex(Result())
    private let threads = Mutex<[WorkerThread]>([])

    /// Starts clients over UDP, each with a socket of its own, and over TCP, each with a connection
    /// for every ten questions.
    init(at address: ListenAddress, datagramClients: Int, streamClients: Int) throws {
        let question = try query("web.shop.svc.cluster.local")
        var started: [WorkerThread] = []
        for _ in 0..<datagramClients {
            let socket = try ClientSocket.udp(address)
            // Used by the one thread alone.
            nonisolated(unsafe) let client = socket
            started.append(
                try WorkerThread(name: "udp client") { [self] in
                    run {
                        unsafe client.send(question)
                        return unsafe client.receive().count > question.count
                    }
                }
            )
        }
        for _ in 0..<streamClients {
            started.append(
                try WorkerThread(name: "tcp client") { [self] in
                    var reader: StreamReader?
                    var count = 0
                    run {
                        if count.isMultiple(of: 10) { reader = nil }
                        count += 1
                        // A connection may be closed between two questions, not within one.
                        if reader.map({ $0.socket.isAtEnd }) ?? true {
                            reader = (try? ClientSocket.tcp(address)).map(StreamReader.init)
                        }
                        reader?.socket.send(framed(question))
                        return (reader?.next()?.count ?? 0) > question.count
                    }
                }
            )
        }
        threads.withLock { $0 = started }
    }

    private func run(_ ask: () -> Bool) {
        var own = Result()
        while !isEnding.load(ordering: .relaxed) {
            own.asked += 1
            if ask() { own.answered += 1 }
        }
        result.withLock {
            $0.asked += own.asked
            $0.answered += own.answered
        }
    }

    /// Ends the load, and tells what came of it.
    func end() -> Result {
        isEnding.store(true, ordering: .relaxed)
        let started = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in started { thread.join() }
        return result.withLock { $0 }
    }
}

extension ClientSocket {
    /// Whether the other side has closed the connection.
    var isAtEnd: Bool {
        var octet: UInt8 = 0
        let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
        let count = unsafe recv(descriptor, &octet, 1, flags)
        return count == 0 || (count < 0 && errno != EAGAIN)
    }
}
