import Glibc

/// Asks a server on 127.0.0.1 for one name's addresses, over and over.
struct AnswerPoller: ~Copyable {
    private let descriptor: Int32
    private let query: [UInt8]
    private var reply = [UInt8](repeating: 0, count: 4096)

    /// Connects to a server.
    ///
    /// - Parameters:
    ///   - name: The name to ask for, in ASCII without a dot at its end.
    ///   - port: The server's port.
    /// - Throws: ``ProbeError`` if there is no socket.
    init(_ name: String, port: UInt16) throws(ProbeError) {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        self.descriptor = descriptor
        query = AnswerPoller.query(name)
        guard descriptor >= 0 else { throw ProbeError("no socket: error \(errno)") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            // SAFETY: a sockaddr_in is what the kernel reads behind a sockaddr of its family.
            let count = socklen_t(MemoryLayout<sockaddr_in>.size)
            return unsafe connect(
                descriptor,
                UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
                count
            )
        }
        var patience = timeval(tv_sec: 0, tv_usec: 200_000)
        // SAFETY: the option's value is a timeval, of which the size is given.
        _ = unsafe setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &patience,
            socklen_t(MemoryLayout<timeval>.size)
        )
        guard code == 0 else { throw ProbeError("port \(port): error \(errno)") }
    }

    deinit { close(descriptor) }

    /// A query for A records, without EDNS (RFC 1035 §4.1).
    private static func query(_ name: String) -> [UInt8] {
        var octets: [UInt8] = [0x4D, 0x52, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        for label in name.split(separator: ".") {
            octets.append(UInt8(truncatingIfNeeded: label.utf8.count))
            octets += label.utf8
        }
        return octets + [0, 0, 1, 0, 1]
    }

    /// Asks once, and tells whether the last octets of the answer are `expected`.
    ///
    /// With one record in the answer they are its address (RFC 1035 §3.4.1).
    mutating func answers(with expected: [UInt8]) -> Bool {
        // SAFETY: both buffers have as many octets as are named.
        let sent = unsafe send(descriptor, query, query.count, 0)
        guard sent == query.count else { return false }
        let count = unsafe recv(descriptor, &reply, reply.count, 0)
        guard count >= query.count + expected.count else { return false }
        return reply[(count - expected.count)..<count].elementsEqual(expected)
    }
}
