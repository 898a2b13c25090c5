import Addresses
import SecureTransport
import Synchronization
import Testing
import Upstreams

/// The certificates of this file's tests.
private let folder = Result { try CertificateFolder() }

/// A stage in front of one server inside of TLS.
private func stage(
    _ server: SecureServer,
    _ scheme: UpstreamScheme,
    authority: String = "good",
    name: String? = nil,
    _ change: (inout UpstreamSettings) -> Void = { _ in }
) throws -> Stage {
    let endpoint = UpstreamEndpoint(
        scheme: scheme,
        address: IPAddress(ipv4: 0x7F00_0001),
        port: server.port,
        serverName: name
    )
    let authorities = try folder.get().file("\(authority).crt")
    return try Stage([]) { settings in
        settings.endpoints = [endpoint]
        settings.tls.authorities = authorities
        settings.maxConnectAttempts = 1
        change(&settings)
    }
}

@Suite struct `An upstream over TLS` {
    @Test(arguments: [nil, "dns.test"] as [String?])
    func `answers when its certificate is good`(name: String?) throws {
        let server = try SecureServer.tls(folder.get()) { query in
            [.reply(TestMessage.reply(to: query, withEDNS: true))]
        }
        let stage = try stage(server, .tls, name: name)
        let boxes = (0..<30).map { stage.ask(TestMessage.query("n\($0).test", id: UInt16($0))) }
        stage.run { boxes.allSatisfy { !$0.outcomes.isEmpty } }
        for (number, box) in boxes.enumerated() {
            let query = TestMessage.query("n\(number).test", id: UInt16(number))
            #expect(box.only?.octets == TestMessage.reply(to: query))
        }
        #expect(stage.counts["opened tcp"] == 1)
    }

    @Test(arguments: [("other", "dns.test"), ("good", "elsewhere.test")])
    func `is not believed when its certificate is wrong`(authority: String, name: String) throws {
        let seen = Mutex(0)
        let server = try SecureServer.tls(folder.get(), certificate: "named") { query in
            seen.withLock { $0 += 1 }
            return [.reply(TestMessage.reply(to: query))]
        }
        let stage = try stage(server, .tls, authority: authority, name: name)
        let failure = stage.outcome(TestMessage.query("a.test"))?.failure
        #expect(failure?.kind == .tls, "\(failure as Any)")
        #expect(failure?.description.hasPrefix("tls 127.0.0.1:\(server.port): ") == true)
        #expect(seen.withLock { $0 } == 0)
    }

    @Test func `that speaks no TLS fails`() throws {
        let server = ScriptedServer { _, _ in [.raw(Array("HTTP/1.1 400 Bad\r\n\r\n".utf8))] }
        let loopback = IPAddress(ipv4: 0x7F00_0001)
        let stage = try Stage([server]) { settings in
            settings.endpoints = [
                UpstreamEndpoint(scheme: .tls, address: loopback, port: server.port)
            ]
            settings.maxConnectAttempts = 1
        }
        // The length at the front of a hello is no small one: the server waits for the rest.
        let box = stage.ask(TestMessage.query("a.test"))
        stage.run { server.streamCount > 0 }
        server.closeStreams()
        stage.run { !box.outcomes.isEmpty }
        #expect(box.only?.failure != nil)
    }

    @Test func `with certificates that can't be read is refused at the start`() throws {
        let server = try SecureServer.tls(folder.get()) { _ in [] }
        #expect(throws: UpstreamFailure.self) {
            try stage(server, .tls, authority: "missing")
        }
    }
}

@Suite struct `An upstream over HTTPS` {
    @Test(arguments: HTTPSMethod.allCases)
    func `is asked with either method`(method: HTTPSMethod) throws {
        let requests = Mutex<[Request]>([])
        let wire: [UInt8] = [0, 0] + TestMessage.query("www.example.com").dropFirst(2)
        let server = try SecureServer.https(folder.get()) { request in
            requests.withLock { $0.append(request) }
            return Response(body: TestMessage.reply(to: wire))
        }
        let stage = try stage(server, .https, name: "dns.test") { settings in
            settings.httpsMethod = method
            settings.addsEDNS = false
        }
        let query = TestMessage.query("www.example.com")
        #expect(stage.outcome(query)?.octets == TestMessage.reply(to: query))
        let request = try #require(requests.withLock { $0.first })
        #expect(request.method == method.rawValue)
        #expect(request.authority == "dns.test:\(server.port)")
        if method == .get {
            // RFC 8484 §4.1.1 gives this very path.
            let name = "AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB"
            #expect(request.path == "/dns-query?dns=\(name)")
        } else {
            #expect(request.path == "/dns-query" && request.body == wire)
        }
    }

    @Test func `is asked many questions on one connection`() throws {
        let server = try SecureServer.https(folder.get()) { request in
            Response(body: TestMessage.reply(to: request.body))
        }
        let stage = try stage(server, .https)
        let boxes = (0..<40).map { stage.ask(TestMessage.query("n\($0).test", id: UInt16($0))) }
        stage.run { boxes.allSatisfy { !$0.outcomes.isEmpty } }
        for (number, box) in boxes.enumerated() {
            let query = TestMessage.query("n\(number).test", id: UInt16(number))
            #expect(box.only?.octets == TestMessage.reply(to: query))
        }
        #expect(stage.counts["opened tcp"] == 1)
    }

    @Test(arguments: [
        (Response(status: "503"), "status 503"),
        (Response(status: "301"), "status 301"),
        (
            Response(type: "text/html", body: [1]),
            "content type text/html instead of application/dns-message"
        ),
        (Response(type: nil), "content type none instead of application/dns-message"),
        (Response(), "body of 0 octets, which is no DNS message"),
        (Response(body: [1, 2, 3]), "body of 3 octets, which is no DNS message"),
        (Response(body: .init(repeating: 9, count: 200_000)), "body of more than 65535 octets"),
        (Response(isReset: true), "stream was reset"),
    ])
    func `in trouble fails in so many words`(response: Response, text: String) throws {
        let server = try SecureServer.https(folder.get()) { _ in response }
        let stage = try stage(server, .https) { $0.maxFails = 0 }
        let failure = stage.outcome(TestMessage.query("a.test"))?.failure
        let found = failure?.description ?? "none"
        #expect(found.contains("https 127.0.0.1:\(server.port): \(text)"), "\(found)")
        #expect(stage.loop.attemptCount == 0)
    }

    @Test func `with garbage for a body fails`() throws {
        let server = try SecureServer.https(folder.get()) { _ in
            Response(body: .init(repeating: 0xFF, count: 600))
        }
        let stage = try stage(server, .https)
        let failure = stage.outcome(TestMessage.query("a.test"))?.failure
        #expect(failure?.kind == .badReply)
    }

    @Test func `that doesn't speak HTTP/2 fails`() throws {
        let server = try SecureServer.https(folder.get(), protocols: ["http/1.1"]) { _ in
            Response()
        }
        let stage = try stage(server, .https)
        let failure = stage.outcome(TestMessage.query("a.test"))?.failure
        #expect(failure?.kind == .tls)
        #expect(failure?.description.contains("doesn't speak h2") == true)
    }

    @Test func `is not believed when its certificate is wrong`() throws {
        let server = try SecureServer.https(folder.get(), certificate: "named") { _ in Response() }
        let stage = try stage(server, .https, name: "elsewhere.test")
        #expect(stage.outcome(TestMessage.query("a.test"))?.failure?.kind == .tls)
    }

    @Test func `that is silent fails in time`() throws {
        let server = try SecureServer.https(folder.get()) { _ in Response(isSilent: true) }
        let stage = try stage(server, .https) { $0.maxFails = 0 }
        let box = stage.ask(TestMessage.query("a.test"))
        stage.settle()
        stage.pass(.milliseconds(2_100))
        #expect(box.only?.failure?.kind == .timeout)
    }
}
