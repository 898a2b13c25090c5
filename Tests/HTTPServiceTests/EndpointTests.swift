import Addresses
import HTTPService
import Testing

@Suite("HTTP/1.1: requests and replies")
struct EndpointTests {
    /// Handlers for tests of the protocol.
    static let handlers: [String: HTTPHandler] = [
        "/health": { _ in .text("OK") },
        "/ready": { _ in .text("kubernetes", status: 503) },
        "/echo": { request in
            HTTPReply(
                status: 200,
                fields: [HTTPField("x-method", request.method)],
                body: request.body
            )
        },
        "/query": { .text($0.query ?? "none") },
        "/client": { .text("\($0.client) \($0.clientPort > 0)") },
        "/nothing": { _ in HTTPReply(status: 204) },
    ]

    @Test func `paths on one port have handlers of their own`() async throws {
        try await serving(Self.handlers) { _, place in
            let wire = try Wire(place)
            for (path, status, body) in [
                ("/health", 200, "OK"), ("/ready", 503, "kubernetes"),
                ("/other", 404, "404 page not found\n"), ("/health/", 404, "404 page not found\n"),
                ("/client", 200, "127.0.0.1 true"), ("/query?a=b?c", 200, "a=b?c"),
                ("http://some.host/health", 200, "OK"), ("http://some.host/query?q", 200, "q"),
            ] {
                wire.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                let reply = try #require(wire.readReply())
                #expect(reply.status == status, "\(path)")
                #expect(reply.body == body)
                #expect(reply.value(of: "date")?.hasSuffix(" GMT") == true)
                #expect(reply.value(of: "connection") == nil)
            }
        }
    }

    @Test func `HEAD has the length and not the body, 204 neither`() async throws {
        try await serving(Self.handlers) { _, place in
            let wire = try Wire(place)
            wire.send("HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n")
            let reply = try #require(wire.readReply(hasBody: false))
            #expect(reply.value(of: "content-length") == "2")
            wire.send("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
            let nothing = try #require(wire.readReply())
            #expect(nothing.status == 204)
            #expect(nothing.value(of: "content-length") == nil)
        }
    }

    @Test func `bodies come whole, by length or in chunks`() async throws {
        try await serving(Self.handlers) { _, place in
            let wire = try Wire(place)
            wire.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe")
            wire.send("llo")
            #expect(wire.readReply()?.body == "hello")
            wire.send(
                "PUT /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n"
            )
            wire.send("3\r\nllo\r\n0\r\n\r\n")
            let reply = wire.readReply()
            #expect(reply?.body == "hello")
            #expect(reply?.value(of: "x-method") == "PUT")
        }
    }

    @Test func `who waits to be told to go on is told`() async throws {
        try await serving(Self.handlers) { _, place in
            let wire = try Wire(place)
            wire.send(
                "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
            )
            #expect(wire.readReply()?.status == 100)
            wire.send("hi")
            #expect(wire.readReply()?.body == "hi")
        }
    }

    @Test func `requests in one packet are answered in their order`() async throws {
        let gate = Gate()
        let handlers: [String: HTTPHandler] = [
            "/slow": { _ in
                await gate.pass()
                return .text("slow")
            },
            "/fast": { _ in .text("fast") },
        ]
        try await serving(handlers) { _, place in
            let wire = try Wire(place)
            let paths = ["/slow", "/fast", "/other", "/fast"]
            wire.send(paths.map { "GET \($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
            gate.arrival()
            gate.open()
            #expect(
                (0..<4).map { _ in wire.readReply()?.body.prefix(4) } == [
                    "slow", "fast", "404 ", "fast",
                ]
            )
        }
    }

    @Test(arguments: [
        ("GET /health HTTP/1.0\r\n\r\n", true),
        ("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false),
        ("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", true),
        ("GET /health HTTP/1.1\r\nHost: x\r\n\r\n", false),
    ])
    func `a connection lasts as its client says`(_ request: String, _ closes: Bool) async throws {
        try await serving(Self.handlers) { _, place in
            let wire = try Wire(place)
            wire.send(request)
            let reply = try #require(wire.readReply())
            #expect((reply.value(of: "connection") == "close") == closes)
            if closes {
                #expect(wire.read() == [])
            } else {
                wire.send(request)
                #expect(wire.readReply()?.body == "OK")
            }
        }
    }

    @Test func `a client that has said all it will say is answered`() async throws {
        let gate = Gate()
        let handlers: [String: HTTPHandler] = [
            "/": { _ in
                await gate.pass()
                return .text("late")
            }
        ]
        try await serving(handlers) { _, place in
            let wire = try Wire(place)
            wire.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            wire.finish()
            gate.arrival()
            gate.open()
            #expect(wire.readAll()?.hasSuffix("late") == true)
        }
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var request: String
        var status: Int

        init(_ name: String, _ request: String, _ status: Int) {
            testDescription = name
            self.request = request
            self.status = status
        }
    }

    /// The head of a request with a body.
    static let post = "POST /echo HTTP/1.1\r\nHost: x\r\n"

    static let mistakes: [Mistake] = [
        Mistake("no host", "GET /health HTTP/1.1\r\n\r\n", 400),
        Mistake("two hosts", "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        Mistake("no HTTP", "nonsense\r\n\r\n", 400),
        Mistake("an unknown version", "GET /health HTTP/9.9\r\n\r\n", 400),
        Mistake("no colon", "GET /health HTTP/1.1\r\nHost x\r\n\r\n", 400),
        Mistake("a length of letters", post + "Content-Length: x\r\n\r\n", 400),
        Mistake("a negative length", post + "Content-Length: -1\r\n\r\n", 400),
        Mistake("two lengths", post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        Mistake(
            "a length and chunks",
            post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            400
        ),
        Mistake("no chunk", post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        Mistake(
            "a long target",
            "GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\nHost: x\r\n\r\n",
            431
        ),
        Mistake("a target without end", "GET /\(String(repeating: "a", count: 200_000))", 431),
        Mistake(
            "a long field",
            "GET / HTTP/1.1\r\nHost: x\r\nA: \(String(repeating: "a", count: 20_000))\r\n\r\n",
            431
        ),
        Mistake(
            "many fields",
            "GET / HTTP/1.1\r\nHost: x\r\n\(String(repeating: "a: b\r\n", count: 100))\r\n",
            431
        ),
        Mistake("a long body", post + "Content-Length: 4097\r\n\r\n", 413),
        Mistake(
            "a body beyond numbers",
            post + "Content-Length: 99999999999999999999\r\n\r\n",
            400
        ),
        Mistake(
            "a long chunk",
            post + "Transfer-Encoding: chunked\r\n\r\n"
                + "1001\r\n\(String(repeating: "a", count: 4097))\r\n",
            413
        ),
        Mistake(
            "many chunks",
            post + "Transfer-Encoding: chunked\r\n\r\n"
                + String(repeating: "1\r\na\r\n", count: 5000),
            413
        ),
    ]

    @Test(arguments: mistakes)
    func `a request that is wrong or too large is told so, and is the last`(
        _ mistake: Mistake
    ) async throws {
        try await serving(Self.handlers) { _, place in
            let wire = try Wire(place)
            wire.send(mistake.request)
            let reply = try #require(wire.readReply())
            #expect(reply.status == mistake.status)
            #expect(reply.value(of: "connection") == "close")
            wire.finish()
            #expect(wire.readAll() != nil)
        }
    }

    @Test func `random octets leave the service as it was`() async throws {
        try await serving(Self.handlers) { service, place in
            var seed: UInt64 = 0xC0FFEE
            for round in 0..<150 {
                var octets = round % 3 == 0 ? Array("GET /health HTTP/1.1\r\nHost: x\r\n".utf8) : []
                for _ in 0..<Int(seed >> 33 % 400) {
                    seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    octets.append(UInt8(truncatingIfNeeded: seed >> 41))
                }
                let wire = try Wire(place)
                wire.send(octets)
                wire.finish()
                #expect(wire.readAll() != nil, "round \(round)")
            }
            let wire = try Wire(place)
            wire.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(wire.readReply()?.body == "OK")
            #expect(service.connectionCount == 1)
        }
    }
}
