import PortForward
import TestSupport
import Testing

@Suite("Ports as kubectl takes them: [LOCAL:]REMOTE")
struct PortRequestTests {
    @Test(
        arguments: [
            ("8080", nil, .number(8080)), ("8080:80", 8080, .number(80)), (":80", 0, .number(80)),
            ("0:80", 0, .number(80)), ("http", nil, .name("http")),
            ("8080:http", 8080, .name("http")),
            (":h-2", 0, .name("h-2")), ("65535:65535", 65535, .number(65535)),
        ] as [(String, UInt16?, PortRequest.Remote)]
    )
    func `a port is read`(_ text: String, _ local: UInt16?, _ remote: PortRequest.Remote) throws {
        let request = try PortRequest(text)
        #expect(request.local == local)
        #expect(request.remote == remote)
    }

    @Test(arguments: [
        ("", "invalid port format ''"), (":", "invalid port format ':'"),
        ("80:", "invalid port format '80:'"), ("1:2:3", "invalid port format '1:2:3'"),
        ("x:80", "error parsing local port 'x'"), ("65536:80", "error parsing local port '65536'"),
        ("-1:80", "error parsing local port '-1'"), ("+1:80", "error parsing local port '+1'"),
        ("0", "remote port must be > 0"), ("80:0", "remote port must be > 0"),
        ("70000", "error parsing remote port '70000'"), ("Web", "error parsing remote port 'Web'"),
        ("80:-1", "error parsing remote port '-1'"), ("8 0", "error parsing remote port '8 0'"),
        ("web/tcp", "error parsing remote port 'web/tcp'"),
    ])
    func `a mistake is quoted`(_ text: String, _ message: String) {
        #expect(
            performing: { try PortRequest(text) },
            throws: { error in
                let error = error as? PortForwardError
                return error?.code == .usage && error?.description.hasPrefix(message) == true
            }
        )
    }

    @Test func `any text is read or refused`() {
        var random = SeededGenerator(seed: 7)
        let parts = ["8", "0", ":", "a", "-", "é", " ", "6", "5", "\0", "http", "+"]
        for _ in 0..<5000 {
            let text = (0..<Int(random.next() % 12)).map { _ in
                parts[Int(random.next() % UInt64(parts.count))]
            }.joined()
            guard let request = try? PortRequest(text) else { continue }
            #expect(request.remote != .number(0), "\(text)")
            let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
            #expect(isPlain, "\(text)")
        }
        #expect(throws: PortForwardError.self) {
            try PortRequest(String(repeating: "1", count: 1_000_000))
        }
    }

    @Test func `addresses are read`() throws {
        let both = try LocalAddress.list(["localhost"])
        #expect(both.map { "\($0.address)" } == ["127.0.0.1", "::1"])
        #expect(both.allSatisfy { $0.isOptional })
        let several = try LocalAddress.list(["localhost,192.0.2.1", "127.0.0.1", "::"])
        #expect(several.map { "\($0.address)" } == ["127.0.0.1", "::1", "192.0.2.1", "::"])
        for wrong in [["web"], ["127.0.0.1:80"], [""], ["1.2.3"], []] {
            #expect(throws: PortForwardError.self, "\(wrong)") { try LocalAddress.list(wrong) }
        }
    }
}
