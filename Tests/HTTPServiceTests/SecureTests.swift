import Addresses
import Foundation
import HTTPService
import SecureTransport
import Testing

@Suite("HTTPS: both versions of HTTP, with clients of others", .serialized)
struct SecureTests {
    static let handlers = EndpointTests.handlers.merging([
        "/version": { .text("\($0.isHTTP2)") }
    ]) { $1 }

    @Test(arguments: [("--http2", "true", "2"), ("--http1.1", "false", "1.1")])
    func `the client chooses the version`(
        _ option: String,
        _ isHTTP2: String,
        _ version: String
    ) async throws {
        let certificates = try Certificates()
        try await serving(Self.handlers, tls: certificates.server()) { _, place in
            let common = [option, "--cacert", certificates.authority]
            let root = "https://127.0.0.1:\(place.port)"
            let outcome = try Program.curl(
                common + ["\(root)/version", "\(root)/echo?x", "-d", "hi"]
            )
            // Two requests on one connection.
            #expect(outcome.output == "\(isHTTP2)\n200 \(version)hi\n200 \(version)")
            #expect(
                try Program.curl(common + ["\(root)/other"]).output.hasSuffix("\n404 \(version)")
            )
            let head = try Program.curl(common + ["-I", "\(root)/health"])
            #expect(head.output.lowercased().contains("content-length: 2\r\n"))
        }
    }

    @Test(arguments: ["--http2", "--http1.1"])
    func `a body that is too large is refused, one that just fits is not`(
        _ option: String
    ) async throws {
        let certificates = try Certificates()
        let file = FileManager.default.temporaryDirectory.path + "/martlet-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let tls = try certificates.server()
        try await serving(Self.handlers, limits: .dnsOverHTTPS, tls: tls) { _, place in
            for (count, status) in [(65_535, 200), (65_536, 413), (3_000_000, 413)] {
                try Data(count: count).write(to: URL(fileURLWithPath: file))
                let outcome = try Program.curl(
                    [option, "--cacert", certificates.authority, "-o", "/dev/null"]
                        + ["--data-binary", "@\(file)", "https://127.0.0.1:\(place.port)/echo"]
                )
                #expect(outcome.output.hasPrefix("\n\(status) "), "\(count)")
            }
        }
    }

    @Test func `many requests at once share one connection`() async throws {
        let certificates = try Certificates()
        let gate = Gate()
        let handlers: [String: HTTPHandler] = [
            "/": { _ in
                await gate.pass()
                return .text("x")
            }
        ]
        try await serving(handlers, tls: certificates.server()) { service, place in
            let urls = "https://127.0.0.1:\(place.port)/?[1-20]"
            let authority = certificates.authority
            let outcome = Background {
                try Program.curl(
                    ["--http2", "--parallel", "--parallel-max", "20", "--cacert", authority, urls]
                )
            }
            // None is answered before all have come.
            gate.arrival(of: 20)
            #expect(service.connectionCount < 20)
            gate.open()
            let output = try outcome.wait().output
            #expect(output.split(separator: "200 2").count == 20)
        }
    }

    @Test(arguments: ["--http2", "--http1.1"])
    func `stopping waits for replies`(_ option: String) async throws {
        let certificates = try Certificates()
        let gate = Gate()
        let handlers: [String: HTTPHandler] = [
            "/": { _ in
                await gate.pass()
                return .text("done")
            }
        ]
        try await serving(handlers, tls: certificates.server()) { service, place in
            let authority = certificates.authority
            let outcome = Background {
                try Program.curl(
                    [option, "--cacert", authority, "https://127.0.0.1:\(place.port)/"]
                )
            }
            gate.arrival()
            let stopped = Background { service.stop(grace: .seconds(120)) }
            gate.open()
            let output = try outcome.wait().output
            #expect(output.hasPrefix("done\n200"))
            try stopped.wait()
        }
    }

    @Test(arguments: ["", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}"])
    func `who doesn't finish the handshake is left`(_ start: String) async throws {
        let certificates = try Certificates()
        let limits = SlowClientTests.short(read: SlowClientTests.moment)
        try await serving(Self.handlers, limits: limits, tls: certificates.server()) { _, place in
            let wire = try Wire(place)
            wire.send(start)
            #expect(wire.readAll() != nil)
        }
    }

    @Test func `an HTTP/2 connection that asks for nothing ends after its time`() async throws {
        let certificates = try Certificates()
        let tls = try certificates.server()
        let authority = certificates.authority
        let limits = SlowClientTests.short(idle: SlowClientTests.moment)
        try await serving(Self.handlers, limits: limits, tls: tls) { _, place in
            // Ends by itself when the service closes; its input is kept open until then.
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
            process.arguments =
                ["s_client", "-quiet", "-alpn", "h2", "-CAfile", authority]
                + ["-connect", "127.0.0.1:\(place.port)"]
            let input = Pipe()
            process.standardInput = input
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            // Before it starts: it may have ended when this thread gets to run again.
            let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0"
            try input.fileHandleForWriting.write(contentsOf: Data(preface.utf8))
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationReason == .exit)
        }
    }
}
