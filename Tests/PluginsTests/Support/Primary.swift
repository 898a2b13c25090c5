import DNSWire
import Dispatch
import Glibc
import Plugins
import Synchronization
import Testing

/// A server on loopback that answers over TCP what a chain answers, one connection at a time.
///
/// `@unchecked Sendable`: the chain is used with the lock held only.
final class Primary: @unchecked Sendable {
    let port: UInt16
    private let descriptor: Int32
    private let lock = Mutex<Void>(())
    private var chain: ChainFixture

    init(_ chain: ChainFixture) throws {
        self.chain = chain
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let code = unsafe withUnsafeMutablePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, size) + listen(descriptor, 8)
                    + getsockname(descriptor, $0, &size)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        try #require(code == 0)
        DispatchQueue(label: "primary").async { [weak self] in
            // Who reads a descriptor closes it: closed elsewhere, its number may be another's.
            defer { close(descriptor) }
            while case let connection = accept(descriptor, nil, nil), connection >= 0 {
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                self?.talk(connection)
                close(connection)
            }
        }
    }

    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

    func serve(_ next: ChainFixture) {
        lock.withLock { _ in chain = next }
    }

    private func talk(_ connection: Int32) {
        guard let length = receive(connection, 2),
            let octets = receive(connection, Int(length[0]) << 8 | Int(length[1])),
            let query = try? Message(decoding: octets), let question = query.questions.first
        else { return }
        let messages = lock.withLock { _ -> [Message] in
            if question.type == .axfr {
                return (try? chain.transfer("\(question.name)").messages) ?? []
            }
            let reply = try? chain.ask("\(question.name)", question.type, transport: .tcp)
            return reply.map { [$0.message] } ?? []
        }
        for message in messages {
            var message = message
            message.header.id = query.header.id
            guard let octets = try? message.encoded() else { return }
            let framed = [UInt8(octets.count >> 8), UInt8(octets.count & 0xFF)] + octets
            _ = unsafe send(connection, framed, framed.count, Int32(MSG_NOSIGNAL))
        }
    }

    private func receive(_ connection: Int32, _ count: Int) -> [UInt8]? {
        var octets = [UInt8](repeating: 0, count: count)
        let received = unsafe recv(connection, &octets, count, Int32(MSG_WAITALL))
        return received == count ? octets : nil
    }
}
