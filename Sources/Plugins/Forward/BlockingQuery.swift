internal import Addresses
internal import Corefile
internal import DNSWire
internal import Glibc

/// One question to one server, waited for: for set-up, never while queries are answered.
enum BlockingQuery {
    /// Seconds that a server has to answer.
    private static let timeoutSeconds = 2

    /// The addresses that a server knows for a name; empty if it doesn't answer.
    static func addresses(
        of host: String,
        type: UInt16,
        at server: ServerEndpoint
    ) -> [IPAddress] {
        guard let name = Name(host) else { return [] }
        let id = UInt16.random(in: .min ... .max)
        let query = Message(
            header: Header(id: id, isRecursionDesired: true),
            questions: [Question(name: name, type: RecordType(rawValue: type))]
        )
        guard let request = try? query.encoded(), let octets = exchange(request, server),
            let reply = try? Message(decoding: octets), reply.header.id == id,
            reply.questions == query.questions
        else { return [] }
        return reply.answers.compactMap { record in
            switch record.data {
            case .address(let address): address
            default: nil
            }
        }
    }

    private static func exchange(_ request: [UInt8], _ server: ServerEndpoint) -> [UInt8]? {
        let isIPv4 = server.address.isIPv4
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(isIPv4 ? AF_INET : AF_INET6, kind, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var time = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        let length = socklen_t(MemoryLayout<timeval>.size)
        // SAFETY: the value is a variable of that length.
        guard unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, length) == 0 else {
            return nil
        }
        var address = [UInt8](repeating: 0, count: isIPv4 ? 16 : 28)
        let family = UInt16(isIPv4 ? AF_INET : AF_INET6)
        // The family is in the machine's order, everything else in the network's.
        address[0] = UInt8(truncatingIfNeeded: family)
        address[1] = UInt8(truncatingIfNeeded: family >> 8)
        address[2] = UInt8(server.port >> 8)
        address[3] = UInt8(truncatingIfNeeded: server.port)
        address.replaceSubrange((isIPv4 ? 4..<8 : 8..<24), with: server.address.octets)
        let connected = unsafe address.withUnsafeBytes { octets in
            // SAFETY: the octets are a sockaddr of the family; connect(2) reads `count` of them.
            unsafe connect(
                descriptor,
                octets.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(octets.count)
            )
        }
        guard connected == 0 else { return nil }
        guard unsafe send(descriptor, request, request.count, 0) == request.count else {
            return nil
        }
        var reply = [UInt8](repeating: 0, count: 4_096)
        let count = unsafe recv(descriptor, &reply, reply.count, 0)
        return count > 0 ? Array(reply[..<count]) : nil
    }
}
