internal import Addresses
import Glibc

/// One attempt of a probe: a connection, a request or a program, and the time by which it is over.
///
/// Nothing here waits: the supervisor waits for the descriptor, the program or the deadline.
struct ProbeAttempt {
    private enum State {
        case connecting(Int32)
        case reading(Int32, [UInt8])
        case running(PodVisit)
        /// With the reason of a failure, for a person; nil for a success.
        case over(String?)
    }

    /// When the attempt has failed.
    let deadline: ContinuousClock.Instant
    private let request: [UInt8]?
    private let timeout: Double
    private var state: State

    /// Begins an attempt.
    ///
    /// - Parameters:
    ///   - probe: The probe.
    ///   - address: The pod's address.
    ///   - pod: The pod's directory, for a program.
    init(_ probe: ReadinessProbe, address: IPAddress, pod: PodDirectory) {
        timeout = probe.timeout
        deadline = .now + .milliseconds(Int(timeout * 1000))
        switch probe.action {
        case .tcp(let port):
            request = nil
            state = ProbeAttempt.connect(address, port)
        case .http(let port, let path):
            let host = address.isIPv4 ? "\(address)" : "[\(address)]"
            request =
                Array(
                    "GET \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nUser-Agent: martlet-probe\r\n"
                        .utf8
                ) + Array("Accept: */*\r\nConnection: close\r\n\r\n".utf8)
            state = ProbeAttempt.connect(address, port)
        case .exec(let words):
            request = nil
            state = ProbeAttempt.run(words, pod)
        }
    }

    /// The descriptor to wait for, and what for; nil if there is none.
    var awaited: pollfd? {
        switch state {
        case .connecting(let socket): pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        case .reading(let socket, _): pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        case .running, .over: nil
        }
    }

    /// What came out; nil if the attempt isn't over yet.
    var outcome: Bool? {
        if case .over(let failure) = state { return failure == nil }
        return nil
    }

    /// Why it failed, for a person; empty if it didn't.
    var reason: String {
        if case .over(let failure?) = state { return failure }
        return ""
    }

    /// Goes on after the descriptor has become ready.
    mutating func advance() {
        switch state {
        case .connecting(let socket):
            var code: Int32 = 0
            var octets = socklen_t(MemoryLayout<Int32>.size)
            // SAFETY: the call fills the number that it is given.
            _ = unsafe getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &octets)
            guard code == 0 else { return end(socket, ProbeAttempt.text(of: code)) }
            guard let request else { return end(socket) }
            // The request fits a new connection's buffer.
            guard unsafe send(socket, request, request.count, Int32(MSG_NOSIGNAL)) >= 0
            else { return end(socket, ProbeAttempt.text(of: errno)) }
            state = .reading(socket, [])
        case .reading(let socket, var answer):
            var buffer = [UInt8](repeating: 0, count: 512)
            // SAFETY: the call writes at most as many octets as there are.
            let count = unsafe recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            if count > 0 { answer += buffer[..<count] }
            if let success = ProbeAttempt.isSuccess(answer) {
                return end(socket, success ? nil : ProbeAttempt.title(of: answer))
            }
            guard count > 0, answer.count < Limits.probeAnswerOctetsMax else {
                return end(socket, "the connection was closed before an answer")
            }
            state = .reading(socket, answer)
        case .running, .over: return
        }
    }

    /// Takes note of the end of a child.
    mutating func childEnded(_ pid: Int32, status: Int32) {
        guard case .running(let visit) = state, visit.pid == pid else { return }
        state = .over(status == 0 ? nil : "it ended with status \(status)")
    }

    /// Ends the attempt now, as a failure: what it began goes with it.
    mutating func giveUp() {
        switch state {
        case .connecting(let socket): end(socket, "no connection within \(timeout) s")
        case .reading(let socket, _): end(socket, "no answer within \(timeout) s")
        case .running(let visit):
            _ = kill(-visit.pid, SIGKILL)
            _ = kill(visit.pid, SIGKILL)
            state = .over("it did not end within \(timeout) s")
        case .over: return
        }
    }

    /// Ends the attempt, as a failure if there is a reason for one.
    private mutating func end(_ socket: Int32, _ failure: String? = nil) {
        close(socket)
        state = .over(failure)
    }

    /// What the system says about an error.
    private static func text(of code: Int32) -> String {
        // SAFETY: the text is copied before another call on this thread can change it.
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }

    /// What an answer that is no success says.
    static func title(of answer: [UInt8]) -> String {
        let words = answer.prefix { $0 != UInt8(ascii: "\n") }.split(separator: UInt8(ascii: " "))
        guard words.count >= 2, words[0].starts(with: Array("HTTP/1.".utf8)),
            let status = Int(String(decoding: words[1].prefix(3), as: UTF8.self))
        else { return "the answer is not HTTP" }
        return "the answer's status is \(status)"
    }

    /// Whether an HTTP answer's status is a success; nil if it isn't known yet.
    ///
    /// - SeeAlso: RFC 9112 §4, kubelet `probe/http/http.go`.
    static func isSuccess(_ answer: [UInt8]) -> Bool? {
        let line = answer.prefix { $0 != UInt8(ascii: "\n") }
        guard line.count < answer.count else { return nil }
        let words = line.split(separator: UInt8(ascii: " "))
        guard words.count >= 2, words[0].starts(with: Array("HTTP/1.".utf8)), words[1].count >= 3,
            let status = Int(String(decoding: words[1].prefix(3), as: UTF8.self))
        else { return false }
        return (200...399).contains(status)
    }

    private static func connect(_ address: IPAddress, _ port: UInt16) -> State {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let socket = Glibc.socket(address.isIPv4 ? AF_INET : AF_INET6, type, 0)
        guard socket >= 0 else { return .over(text(of: errno)) }
        let code = unsafe SocketAddress.with(address, port) { pointer, octets in
            unsafe Glibc.connect(socket, pointer, octets)
        }
        guard code == 0 || errno == EINPROGRESS else {
            let failure = text(of: errno)
            close(socket)
            return .over(failure)
        }
        return .connecting(socket)
    }

    private static func run(_ words: [String], _ pod: PodDirectory) -> State {
        // SAFETY: the path is passed as a terminated copy.
        let nothing = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(nothing) }
        do {
            let descriptors = (nothing, nothing, nothing)
            return .running(
                try PodVisit(words, in: pod, descriptors: descriptors, hasOwnGroup: true)
            )
        } catch {
            return .over(error.description)
        }
    }
}
