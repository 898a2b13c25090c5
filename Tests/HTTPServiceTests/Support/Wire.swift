import Glibc
import HTTPService
import Testing

/// A TCP connection of a test, on which nothing is done that the test doesn't do.
final class Wire {
    private let descriptor: Int32
    private var isOpen = true

    /// Connects to a service; each later step may take `seconds`.
    init(_ place: HTTPService.Place, seconds: Int = 120) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try #require(descriptor >= 0)
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = place.port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0, "connect: errno \(errno)")
    }

    deinit {
        close()
    }

    /// Closes the connection.
    func close() {
        if isOpen { Glibc.close(descriptor) }
        isOpen = false
    }

    /// Says that nothing more will be sent.
    func finish() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Lets the kernel keep only a few octets that the test hasn't read.
    func shrink() {
        var size: Int32 = 4096
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
    }

    /// Waits a little for something to come in; that nothing comes is fine.
    func waitBriefly() {
        var polled = pollfd(fd: descriptor, events: 0, revents: 0)
        unsafe poll(&polled, 1, 20)
    }

    /// Sends octets; false if the other side has closed.
    @discardableResult
    func send(_ octets: [UInt8]) -> Bool {
        var sent = 0
        while sent < octets.count {
            let count = unsafe octets[sent...].withUnsafeBytes { rest in
                unsafe Glibc.send(
                    descriptor,
                    rest.baseAddress,
                    rest.count,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Sends text; false if the other side has closed.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Reads something; empty at the end, nil if nothing comes in time.
    func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        if count >= 0 { return Array(buffer[..<count]) }
        return errno == ECONNRESET ? [] : nil
    }

    /// Reads all until the other side closes; nil if it doesn't in time.
    func readAll() -> String? {
        var octets: [UInt8] = []
        while true {
            guard let part = read() else { return nil }
            if part.isEmpty { return String(decoding: octets, as: UTF8.self) }
            octets += part
        }
    }

    /// Reads one reply, whose length is in its head; nil if there is none.
    func readReply(hasBody: Bool = true) -> Reply? {
        while true {
            let text = String(decoding: rest, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let reply = Reply(head: String(text[..<end.lowerBound]))
                let start = text[..<end.upperBound].utf8.count
                let length =
                    hasBody ? reply.value(of: "content-length").flatMap { Int($0) } ?? 0 : 0
                if rest.count >= start + length {
                    let body = String(decoding: rest[start..<start + length], as: UTF8.self)
                    rest = Array(rest[(start + length)...])
                    return Reply(head: reply.head, body: body)
                }
            }
            guard let part = read(), !part.isEmpty else { return nil }
            rest += part
        }
    }

    private var rest: [UInt8] = []
}

/// A reply, as it came.
struct Reply {
    var head: String
    var body = ""

    /// The status of the first line; 0 if there is none.
    var status: Int { Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0 }

    /// The value of a field.
    func value(of name: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.first?.lowercased() == name { return String(parts[1].dropFirst()) }
        }
        return nil
    }
}
