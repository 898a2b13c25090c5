import Addresses
import Glibc
import Testing

@testable import PodRuntime

@Suite("Readiness probes")
struct ProbeTests {
    @Test(
        arguments: [
            ("tcp:8080", .tcp(port: 8080)), ("tcp:web", .tcp(port: 80)),
            ("http:80", .http(port: 80, path: "/")), ("http:80/", .http(port: 80, path: "/")),
            ("http:web/healthz?a=b:c", .http(port: 80, path: "/healthz?a=b:c")),
            ("exec:test -e /tmp/ready", .exec(["/bin/sh", "-c", "test -e /tmp/ready"])),
            ("exec:a:b", .exec(["/bin/sh", "-c", "a:b"])),
        ] as [(String, ReadinessProbe.Action)]
    )
    func `a probe is read`(_ text: String, _ action: ReadinessProbe.Action) throws {
        #expect(try ReadinessProbe(parsing: text, ports: ["web": 80]).action == action)
    }

    @Test(arguments: [
        "", "tcp", "tcp:", "tcp:0", "tcp:65536", "tcp:-1", "tcp:other", "udp:53", "exec:", "exec",
        "http:", "http:/x", "http:80/a b", "http:80/\r\nX: y", "8080",
    ])
    func `what is no probe is refused`(_ text: String) {
        #expect(throws: PodError.self) { try ReadinessProbe(parsing: text, ports: ["web": 80]) }
    }

    /// Outcomes in their order, and the changes that they make.
    @Test(arguments: [
        (1, 3, "s", "+"), (1, 3, "f", "."), (1, 3, "sff", "+.."), (1, 3, "sfff", "+..-"),
        (1, 3, "sffsff", "+....."), (1, 3, "sfffs", "+..-+"), (3, 1, "ss", ".."),
        (3, 1, "sss", "..+"), (3, 1, "ssfsss", ".....+"), (1, 1, "sfsf", "+-+-"),
        (1, 3, "ssssfffff", "+.....-.."),
    ])
    func `thresholds count outcomes in a row`(
        _ successes: Int,
        _ failures: Int,
        _ outcomes: String,
        _ changes: String
    ) {
        var readiness = Readiness(successThreshold: successes, failureThreshold: failures)
        var found = ""
        for outcome in outcomes {
            let changed = readiness.note(success: outcome == "s")
            found += changed ? (readiness.isReady ? "+" : "-") : "."
        }
        #expect(found == changes)
    }

    @Test func `a probe is said to fail from its threshold on, ready or not`() {
        var readiness = Readiness(successThreshold: 1, failureThreshold: 2)
        #expect(!readiness.isFailing)
        let outcomes = [
            (false, false), (false, true), (false, true), (true, false), (false, false),
        ]
        for (success, isFailing) in outcomes {
            _ = readiness.note(success: success)
            #expect(readiness.isFailing == isFailing)
        }
    }

    @Test(
        arguments: [
            ("HTTP/1.1 200 OK\r\n", true), ("HTTP/1.0 204\r\n", true),
            ("HTTP/1.1 302 Found\n", true),
            ("HTTP/1.1 399 x\r\n", true), ("HTTP/1.1 400 Bad\r\n", false),
            ("HTTP/1.1 500 x\r\n", false), ("HTTP/1.1 199 x\r\n", false),
            ("SSH-2.0 200\r\n", false),
            ("\n", false), ("HTTP/1.1 \r\n", false), ("HTTP/1.1 200 O", nil), ("", nil),
        ] as [(String, Bool?)]
    )
    func `an answer's status decides`(_ answer: String, _ expected: Bool?) {
        #expect(ProbeAttempt.isSuccess(Array(answer.utf8)) == expected)
    }

    @Test(arguments: [
        ("HTTP/1.1 503 Busy\r\n", "the answer's status is 503"), ("SSH-2.0-x\r\n", "not HTTP"),
        ("HTTP/1.1 x\n", "not HTTP"), ("\n", "not HTTP"),
    ])
    func `an answer that is no success is told as a reason`(_ answer: String, _ reason: String) {
        #expect(ProbeAttempt.title(of: Array(answer.utf8)).hasSuffix(reason))
    }

    /// Runs an attempt as a supervisor does, until it is over.
    private static func outcome(of attempt: inout ProbeAttempt) -> Bool? {
        while attempt.outcome == nil {
            guard ContinuousClock.now < attempt.deadline, var awaited = attempt.awaited else {
                attempt.giveUp()
                break
            }
            if unsafe poll(&awaited, 1, 50) == 1 { attempt.advance() }
        }
        return attempt.outcome
    }

    /// A socket on a port of 127.0.0.1 that the kernel chose.
    private static func listener() throws -> (socket: Int32, port: UInt16) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let address = try #require(IPAddress("127.0.0.1"))
        let code = unsafe SocketAddress.with(address, 0) { unsafe bind(socket, $0, $1) }
        try #require(code == 0 && listen(socket, 8) == 0)
        var name = sockaddr_in()
        var octets = socklen_t(MemoryLayout<sockaddr_in>.size)
        let named = unsafe withUnsafeMutablePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(socket, $0, &octets)
            }
        }
        try #require(named == 0)
        return (socket, UInt16(bigEndian: name.sin_port))
    }

    private static let nowhere = PodDirectory(path: "/nonexistent/pods/a_b")

    @Test func `a connection that is taken is a success, one that is refused isn't`() throws {
        let (socket, port) = try Self.listener()
        let address = try #require(IPAddress("127.0.0.1"))
        var probe = ReadinessProbe(.tcp(port: port))
        probe.timeout = 20
        var attempt = ProbeAttempt(probe, address: address, pod: Self.nowhere)
        #expect(Self.outcome(of: &attempt) == true)
        close(socket)
        var second = ProbeAttempt(probe, address: address, pod: Self.nowhere)
        #expect(Self.outcome(of: &second) == false)
        #expect(second.reason == "Connection refused")
        #expect(attempt.reason == "")
    }

    @Test func `a server that takes the connection and says nothing fails the probe`() throws {
        let (socket, port) = try Self.listener()
        defer { close(socket) }
        var probe = ReadinessProbe(.http(port: port, path: "/"))
        probe.timeout = 0.2
        let address = try #require(IPAddress("127.0.0.1"))
        var attempt = ProbeAttempt(probe, address: address, pod: Self.nowhere)
        #expect(Self.outcome(of: &attempt) == false)
        #expect(attempt.reason == "no answer within 0.2 s")
    }

    @Test func `a program in a pod that isn't there fails the probe`() throws {
        let probe = ReadinessProbe(.exec(["true"]))
        let address = try #require(IPAddress("127.0.0.1"))
        let attempt = ProbeAttempt(probe, address: address, pod: Self.nowhere)
        #expect(attempt.outcome == false)
        #expect(attempt.reason == "pod \"b\" does not run in namespace \"a\"")
    }
}
