import Addresses
import Foundation
import TestSupport
import Testing

@testable import HTTPService

@Suite("RFC 8484: DNS queries over HTTPS")
struct DNSOverHTTPSTests {
    /// A query for the addresses of example.org.
    static let query: [UInt8] =
        [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7] + Array("example".utf8) + [3] + Array("org".utf8)
        + [0, 0, 1, 0, 1]
    /// The same in base64url.
    static let text = "AAABAAABAAAAAAAAB2V4YW1wbGUDb3JnAAABAAE"

    struct Case: Sendable, CustomTestStringConvertible {
        var method = "GET"
        var path = "/dns-query"
        var query: String?
        var type: String?
        var body: [UInt8] = []
        /// The status, 200 for a query.
        var status: Int
        var testDescription: String {
            "\(method) \(path) \(query ?? "") \(type ?? "") \(body.count) → \(status)"
        }
    }

    static let cases: [Case] = [
        Case(query: "dns=\(text)", status: 200),
        Case(query: "a=b&dns=\(text)&c", status: 200),
        Case(query: "dns=%41AABAAABAAAAAAAAB2V4YW1wbGUDb3JnAAABAAE", status: 200),
        Case(query: nil, status: 400),
        Case(query: "", status: 400),
        Case(query: "dns", status: 400),
        Case(query: "dns=", status: 400),
        Case(query: "DNS=\(text)", status: 400),
        Case(query: "dns=\(text)&dns=\(text)", status: 400),
        Case(query: "dns=\(text)=", status: 400),
        Case(query: "dns=\(text)+", status: 400),
        Case(query: "dns=AAAB/AABAAAAAAAA", status: 400),
        Case(query: "dns=%4", status: 400),
        Case(query: "dns=%zz", status: 400),
        Case(query: "dns=%ff%fe", status: 400),
        Case(query: "dns=AAABAAABAAAAAAA", status: 400),
        Case(query: "dns=AACAAAABAAAAAAAA", status: 400),
        Case(query: "dns=" + String(repeating: "A", count: 87_384), status: 400),
        Case(path: "/", query: "dns=\(text)", status: 404),
        Case(path: "/dns-query/", query: "dns=\(text)", status: 404),
        Case(path: "/resolve", query: "name=a", status: 404),
        Case(method: "HEAD", query: "dns=\(text)", status: 405),
        Case(method: "PUT", type: DoHExchange.mediaType, body: query, status: 405),
        Case(method: "POST", type: DoHExchange.mediaType, body: query, status: 200),
        Case(method: "POST", type: "Application/DNS-Message; x=y", body: query, status: 200),
        Case(method: "POST", body: query, status: 200),
        Case(method: "POST", type: "application/json", body: query, status: 415),
        Case(method: "POST", type: "", body: query, status: 415),
        Case(method: "POST", type: DoHExchange.mediaType, status: 400),
        Case(method: "POST", type: DoHExchange.mediaType, body: Array(query[..<11]), status: 400),
        Case(method: "POST", body: query + [UInt8](repeating: 0, count: 70_000), status: 413),
        Case(method: "POST", body: query + [UInt8](repeating: 0, count: 65_506), status: 200),
    ]

    @Test(arguments: cases)
    func `a request is a query, or has the status that says why not`(_ test: Case) {
        let request = HTTPRequest(
            method: test.method,
            path: test.path,
            query: test.query,
            fields: test.type.map { [HTTPField("Content-Type", $0)] } ?? [],
            body: test.body
        )
        do throws(DoHExchange.Refusal) {
            let query = try DoHExchange.query(in: request)
            #expect(test.status == 200)
            #expect(query == (test.method == "GET" ? Self.query : test.body))
        } catch {
            #expect(error.status == test.status)
            #expect(!error.reason.isEmpty)
            let reply = DoHExchange.reply(error)
            #expect(reply.status == test.status)
            #expect(reply.fields.contains { $0.name == "allow" } == (test.status == 405))
        }
    }

    @Test func `a reply has its type and the time it may be kept`() {
        let reply = DoHExchange.reply(Self.query, maxAge: 30)
        #expect(reply.status == 200)
        #expect(reply.body == Self.query)
        #expect(reply.fields.contains(HTTPField("content-type", "application/dns-message")))
        #expect(reply.fields.contains(HTTPField("cache-control", "max-age=30")))
    }

    @Test func `base64url is read as Foundation writes it, and nothing else`() {
        var random = SeededGenerator(seed: 8484)
        for round in 0..<2000 {
            let octets = (0..<round % 90).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = Data(octets).base64EncodedString()
                .replacingOccurrences(of: "+", with: "-")
                .replacingOccurrences(of: "/", with: "_")
                .replacingOccurrences(of: "=", with: "")
            #expect(Base64URL.decode(text, atMost: octets.count) == octets)
            if !octets.isEmpty {
                #expect(Base64URL.decode(text, atMost: octets.count - 1) == nil)
                #expect(Base64URL.decode(text + "=", atMost: 100) == nil)
                #expect(Base64URL.decode("\n" + text, atMost: 100) == nil)
            }
        }
    }

    @Test func `random requests are refused or read, never more`() {
        var random = SeededGenerator(seed: 415)
        let pieces = ["dns=", "&", "%", "=", Self.text, "A", "-", "%2", "%00", "é", "dns"]
        for _ in 0..<3000 {
            let query = (0..<Int.random(in: 0..<8, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let request = HTTPRequest(method: "GET", path: "/dns-query", query: query)
            let result = Result { try DoHExchange.query(in: request) }
            if case .success(let message) = result { #expect(message.count >= 12) }
        }
    }

    /// Answers with the address 192.0.2.7 for 77 seconds.
    static let handler = DoHExchange.handler(maxAge: { _ in 77 }, answer: answer)

    @Sendable
    private static func answer(_ query: [UInt8], _ client: IPAddress, _ port: UInt16) -> [UInt8]? {
        guard client == .loopback, port > 0, query.count > 12 else { return nil }
        var reply = query
        reply[2] |= 0x80
        reply[7] = 1
        // Whatever follows the question is left out.
        let end = 12 + (query[12...].firstIndex(of: 0) ?? 12) - 12 + 5
        reply.removeSubrange(end...)
        reply[9] = 0
        reply[11] = 0
        return reply + [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 77, 0, 4, 192, 0, 2, 7]
    }

    @Test(arguments: ["--http2", "--http1.1"])
    func `curl gets answers by GET and by POST`(_ version: String) async throws {
        let certificates = try Certificates()
        let file = FileManager.default.temporaryDirectory.path + "/martlet-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try Data(Self.query).write(to: URL(fileURLWithPath: file))
        let tls = try certificates.server()
        try await serving(["/dns-query": Self.handler], limits: .dnsOverHTTPS, tls: tls) {
            _,
            place in
            let url = "https://127.0.0.1:\(place.port)/dns-query"
            for request in [
                ["\(url)?dns=\(Self.text)"],
                ["-H", "content-type: application/dns-message", "--data-binary", "@\(file)", url],
            ] {
                let outcome = try Program.curl(
                    [version, "--cacert", certificates.authority, "-D", "-", "-o", "/dev/null"]
                        + request
                )
                let head = outcome.output.lowercased()
                #expect(head.contains("content-type: application/dns-message\r\n"))
                #expect(head.contains("cache-control: max-age=77\r\n"))
                #expect(head.contains("\n200 "))
            }
        }
    }

    @Test(arguments: ["+https", "+https-get"])
    func `kdig gets answers`(_ option: String) async throws {
        let certificates = try Certificates()
        let tls = try certificates.server()
        try await serving(["/dns-query": Self.handler], limits: .dnsOverHTTPS, tls: tls) {
            _,
            place in
            let outcome = try Program.run(
                "/usr/bin/kdig",
                ["@127.0.0.1", "-p", "\(place.port)", option, "+tls-ca=\(certificates.authority)"]
                    + ["+tls-hostname=dns.test", "+short", "example.org", "A"]
            )
            #expect(outcome.output == "192.0.2.7\n")
        }
    }

    @Test func `a query without an answer is told so`() async throws {
        let handler = DoHExchange.handler(maxAge: { _ in 0 }, answer: { _, _, _ in nil })
        let request = HTTPRequest(method: "GET", path: "/dns-query", query: "dns=\(Self.text)")
        #expect(await handler(request).status == 500)
    }
}
