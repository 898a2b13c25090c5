import Glibc

/// Asks a server on 127.0.0.1 for the one address of a name, as fast as it answers.
///
/// dig takes longer to start than what is measured here takes to happen.
final class AddressAsker {
    private let socket: Int32
    private let query: [UInt8]

    init(port: String, name: String) throws {
        guard let number = UInt16(port) else { throw Trouble("\(port) is no port") }
        socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        // RFC 1035 §4.1.1: a number, no flags, one question of type A, class IN.
        var query: [UInt8] = [0x4d, 0x61, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        for label in name.split(separator: ".") { query += [UInt8(label.utf8.count)] + label.utf8 }
        self.query = query + [0, 0, 1, 0, 1]
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = number.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, size)
            }
        }
        guard code == 0 else { throw Trouble("connect: errno \(errno)") }
    }

    deinit { close(socket) }

    /// The answer's address; nil if it has none, or more than one.
    func address() throws -> String? {
        guard unsafe send(socket, query, query.count, 0) == query.count else {
            throw Trouble("send: errno \(errno)")
        }
        var polled = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&polled, 1, 60_000) == 1 else { throw Trouble("no answer in 60 s") }
        var reply = [UInt8](repeating: 0, count: 512)
        let count = unsafe recv(socket, &reply, reply.count, 0)
        guard count >= 12, reply[6] == 0, reply[7] == 1 else { return nil }
        // Without EDNS the only answer is last, and its four octets of data end it.
        return reply[(count - 4)..<count].map { "\($0)" }.joined(separator: ".")
    }

    /// Asks until the answer is an address; nil for none.
    func wait(for expected: String?, seconds: Double = 120) throws {
        let deadline = Instant.now + seconds
        var found = try address()
        while found != expected {
            guard Instant.now < deadline else {
                throw Trouble("still \(found ?? "none"), not \(expected ?? "none")")
            }
            found = try address()
        }
    }
}
