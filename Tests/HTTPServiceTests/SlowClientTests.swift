import HTTPService
import Testing

@Suite("HTTP: clients that take their time", .serialized)
struct SlowClientTests {
    /// Limits of which one is short.
    static func short(
        read: Duration = .seconds(60),
        reply: Duration = .seconds(60),
        write: Duration = .seconds(60),
        idle: Duration = .seconds(60)
    ) -> HTTPLimits {
        HTTPLimits(readTime: read, replyTime: reply, writeTime: write, idleTime: idle)
    }

    static let moment = Duration.milliseconds(200)

    @Test(arguments: [
        "", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe",
    ])
    func `a request that doesn't come to its end ends the connection`(_ start: String) async throws
    {
        try await serving(
            EndpointTests.handlers,
            limits: Self.short(read: Self.moment, idle: Self.moment)
        ) { service, place in
            let wire = try Wire(place)
            wire.send(start)
            #expect(wire.readAll() != nil)
        }
    }

    @Test func `octets one by one win no time`() async throws {
        try await serving(EndpointTests.handlers, limits: Self.short(read: Self.moment)) {
            _,
            place in
            let wire = try Wire(place)
            wire.send("GET / HTTP/1.1\r\nHost: ")
            // Fails once the service has closed the connection and said so.
            let start = ContinuousClock.now
            var isOpen = true
            while isOpen, ContinuousClock.now - start < .seconds(120) {
                isOpen = wire.send("x")
                wire.waitBriefly()
            }
            #expect(!isOpen)
        }
    }

    @Test func `a connection without a request ends after its time`() async throws {
        try await serving(EndpointTests.handlers, limits: Self.short(idle: Self.moment)) {
            service,
            place in
            // A client that gets no time to ask is closed before; it comes again.
            var wire = try Wire(place)
            for _ in 0..<50 {
                wire.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                if wire.readReply()?.body == "OK" { break }
                wire = try Wire(place)
            }
            #expect(wire.read() == [])
        }
    }

    @Test func `a handler that finds no end costs the client its time and no more`() async throws {
        let gate = Gate()
        let handlers: [String: HTTPHandler] = [
            "/": { _ in
                await gate.pass()
                return .text("late")
            },
            "/health": { _ in .text("OK") },
        ]
        try await serving(handlers, limits: Self.short(reply: Self.moment)) { _, place in
            let wire = try Wire(place)
            wire.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(wire.readReply()?.status == 503)
            gate.open()
            // The connection goes on; where there is little time, several may be late.
            let replies = (0..<50).lazy.map { _ in
                wire.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                return wire.readReply()?.body
            }
            #expect(replies.contains("OK"))
        }
    }

    @Test func `a client that doesn't take its reply is left`() async throws {
        let large = HTTPReply(status: 200, body: [UInt8](repeating: 0x61, count: 16 << 20))
        let gate = Gate()
        let handlers: [String: HTTPHandler] = [
            "/": { _ in
                await gate.pass()
                return large
            },
            "/health": { _ in .text("OK") },
        ]
        gate.open()
        try await serving(handlers, limits: Self.short(write: Self.moment)) { service, place in
            let slow = try Wire(place)
            slow.shrink()
            slow.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            gate.arrival()
            let wire = try Wire(place)
            let start = ContinuousClock.now
            repeat {
                wire.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                try #require(wire.readReply()?.body == "OK")
            } while service.connectionCount > 1 && ContinuousClock.now - start < .seconds(120)
            #expect(service.connectionCount == 1)
        }
    }

    @Test func `the silent make room for those who ask`() async throws {
        var limits = HTTPLimits.endpoint
        limits.connectionCountMax = 8
        limits.idleTime = .seconds(60)
        try await serving(EndpointTests.handlers, limits: limits) { service, place in
            // One that has asked, then as many silent ones as there may be connections, and more.
            let good = try Wire(place)
            good.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(good.readReply()?.body == "OK")
            var silent: [Wire] = []
            for _ in 0..<50 {
                silent.append(try Wire(place))
                good.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(good.readReply()?.body == "OK")
            }
            #expect(silent[0].readAll() == "")
            #expect(service.connectionCount <= 8)
        }
    }

    @Test func `those who are being answered make no room`() async throws {
        let gate = Gate()
        let handlers: [String: HTTPHandler] = [
            "/": { _ in
                await gate.pass()
                return .text("done")
            }
        ]
        var limits = HTTPLimits.endpoint
        limits.connectionCountMax = 3
        try await serving(handlers, limits: limits) { service, place in
            let busy = try (0..<3).map { _ in try Wire(place) }
            for wire in busy { wire.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n") }
            gate.arrival(of: 3)
            #expect(try Wire(place).readAll() == "")
            gate.open()
            for wire in busy { #expect(wire.readReply()?.body == "done") }
        }
    }
}
