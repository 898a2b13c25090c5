import Dispatch
import Glibc
import Testing

/// Accepts connections on 127.0.0.1, and answers each with the next of a list of texts.
///
/// `@unchecked Sendable`: the semaphore orders what the thread and the test do.
final class OneShotServer: @unchecked Sendable {
    let port: UInt16
    private let descriptor: Int32
    private let done = DispatchSemaphore(value: 0)

    /// Begins to answer; an empty text only closes.
    init(_ replies: [String]) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard unsafe bind(descriptor, address, size) == 0, listen(descriptor, 16) == 0
                else { return Int32(-1) }
                return unsafe getsockname(descriptor, address, &size)
            }
        }
        try #require(code == 0)
        port = UInt16(bigEndian: address.sin_port)
        DispatchQueue(label: "one-shot").async { [self] in
            for reply in replies { answer(reply) }
            done.signal()
        }
    }

    deinit { close(descriptor) }

    /// Waits until each text was an answer.
    func wait() -> Bool { done.wait(timeout: .now() + 120) == .success }

    private func answer(_ reply: String) {
        let connection = accept(descriptor, nil, nil)
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        var buffer = [UInt8](repeating: 0, count: 4_096)
        _ = unsafe recv(connection, &buffer, buffer.count, 0)
        let octets = Array(reply.utf8)
        _ = unsafe send(connection, octets, octets.count, Int32(MSG_NOSIGNAL))
        close(connection)
    }
}
