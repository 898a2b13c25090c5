import Glibc
import Registry
import TestSupport
import Testing

@testable import DNSServer

@Suite("Taking over from a running server")
struct HandoverTests {
    private func settings(_ server: TestServer) -> ServerSettings {
        let store = server.store
        return ServerSettings(
            listen: [],
            corefile: "\(server.directory)/Corefile",
            workerCount: 2,
            registry: .standard,
            openStore: { _ in store }
        )
    }

    /// Runs what a server's process does until another one has taken over, or has failed to.
    private static func serveUntilTaken(_ server: TestServer, _ path: String) throws -> WorkerThread
    {
        // The one thread's alone.
        nonisolated(unsafe) let events = try ServerEvents(signals: [])
        try unsafe events.listen(at: path, replacing: false)
        return try WorkerThread(name: "predecessor") {
            while true {
                switch unsafe events.next(within: .seconds(120)) {
                case .takeOver(let successor): try? server.server.handOver(to: successor)
                case .ready(let successor):
                    server.server.stop(for: successor)
                    return
                default: return
                }
            }
        }
    }

    private func corefile(_ port: UInt16, _ health: UInt16) -> String {
        """
        cluster.local:\(port) {
            bind 127.0.0.1
            health 127.0.0.1:\(health)
            kubernetes
        }
        """
    }

    @Test func `no query is lost when another process takes over the sockets`() async throws {
        let (port, health) = (try FreePort.choose(), try FreePort.choose())
        let old = try TestServer(corefile: corefile(port, health), listen: [])
        let path = "\(old.directory)/control"
        let thread = try Self.serveUntilTaken(old, path)
        let place = try ListenAddress("127.0.0.1:\(port)")
        let load = QueryLoad(
            port: port,
            question: try query("web.shop.svc.cluster.local"),
            datagramClients: 4,
            streamClients: 2
        )
        load.waitForMore(100)
        var settings = settings(old)
        settings.predecessor = try Predecessor(path)
        let new = try Server(settings)
        settings.predecessor = nil
        thread.join()
        #expect(new.addresses == [place])
        #expect(try old.ask("web.shop.svc.cluster.local", at: place).answerTexts == ["10.96.0.21"])
        load.waitForMore(100)
        let result = load.end()
        #expect(result.losses == [])
        #expect(result.answered >= 200)
        #expect(try await shell("curl -s http://127.0.0.1:\(health)/health") { $0 == "OK" } == "OK")
        new.stop()
        old.forget()
    }

    @Test func `a successor that cannot start leaves the server as it was`() async throws {
        let (port, health) = (try FreePort.choose(), try FreePort.choose())
        let old = try TestServer(corefile: corefile(port, health), listen: [])
        let path = "\(old.directory)/control"
        let thread = try Self.serveUntilTaken(old, path)
        let place = try ListenAddress("127.0.0.1:\(port)")
        try write("nonsense {\n", to: "\(old.directory)/Corefile")
        do {
            var settings = settings(old)
            settings.predecessor = try Predecessor(path)
            #expect(throws: (any Error).self) { try Server(settings) }
        }
        thread.join()
        for _ in 0..<10 {
            #expect(
                try old.ask("web.shop.svc.cluster.local", at: place).answerTexts == ["10.96.0.21"]
            )
        }
        #expect(try await shell("curl -s http://127.0.0.1:\(health)/health") { $0 == "OK" } == "OK")
    }

    @Test func `without a server, or at a path that cannot be, the reason is told`() throws {
        let directory = try TestDirectories.make()
        defer { TestDirectories.remove(directory) }
        let none = try #require(throws: ServerError.self) { try Predecessor("\(directory)/none") }
        #expect(none.message == "--take-over: no server listens at \(directory)/none")
        let long = try #require(throws: ServerError.self) {
            try Predecessor("\(directory)/" + String(repeating: "x", count: 120))
        }
        #expect(long.mend.contains("--control"))
    }

    @Test func `a control socket is its user's alone, and two servers don't share one`() throws {
        let directory = try TestDirectories.make()
        defer { TestDirectories.remove(directory) }
        let path = "\(directory)/control"
        let events = try ServerEvents(signals: [])
        try events.listen(at: path, replacing: false)
        #expect(try run("stat -c %a \(path)") == "600\n")
        let other = try ServerEvents(signals: [])
        let error = try #require(throws: ServerError.self) {
            try other.listen(at: path, replacing: false)
        }
        #expect(error.message.contains("another server listens there"))
        events.close(leavesPath: true)
        // What a server that was killed leaves behind is in nobody's way.
        try other.listen(at: path, replacing: false)
        other.close(leavesPath: false)
        #expect(try run("ls \(directory)") == "")
    }

    @Test(arguments: [
        ("datagram dns://127.0.0.1:53", true), ("stream http://:8080", true),
        ("stream", false), ("", false), ("pipe dns://1", false),
    ])
    func `names of sockets are read, and nothing else`(_ text: String, _ isName: Bool) {
        let socket = HandoverMessage.socket(text, 3)
        #expect((socket != nil) == isName)
        if let socket { #expect(HandoverMessage.text(socket) == text) }
    }
}
