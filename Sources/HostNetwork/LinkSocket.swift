internal import CLinuxNet
import Glibc

/// A connection to the kernel's table of links, addresses and routes (rtnetlink(7)), of this
/// process's network namespace or of another one.
///
/// Used by one thread at a time. Each call waits for the kernel's answer.
public final class LinkSocket {
    private let socket: Int32
    private var number: UInt32 = 0

    /// Opens a connection.
    ///
    /// - Parameter space: The namespace; nil for this process's own.
    /// - Throws: ``NetworkError`` if the namespace can't be entered.
    public init(in space: NetworkNamespace? = nil) throws(NetworkError) {
        // linux/netlink.h: AF_NETLINK, NETLINK_ROUTE, SOL_NETLINK, NETLINK_CAP_ACK, NETLINK_EXT_ACK
        let type = Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue)
        if let space {
            socket = cln_socket_in(space.descriptor, 16, type, 0)
        } else {
            socket = Glibc.socket(16, type, 0)
        }
        guard socket >= 0 else {
            throw NetworkError("ask the kernel for its links", code: errno)
        }
        _ = cln_set_option(socket, 270, 10, 1)
        _ = cln_set_option(socket, 270, 11, 1)
        var time = timeval(tv_sec: Limits.answerSecondsMax, tv_usec: 0)
        let octets = socklen_t(MemoryLayout<timeval>.size)
        // SAFETY: the call copies as many octets as it is told, which are the structure's.
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, octets)
    }

    deinit { close(socket) }

    /// Sends a request and waits until the kernel has done it.
    func change(_ message: NetlinkMessage, _ task: @autoclosure () -> String) throws(NetworkError) {
        try send(message, task())
        while true {
            for (type, part) in try receive(task()) where type == Kind.error {
                let code = Int32(bitPattern: part.number(at: 0))
                guard code != 0 else { return }
                // struct nlmsgerr without the request's content, then NLMSGERR_ATTR_MSG.
                let words = part.dropFirst(20).attributes[1]?.text ?? ""
                throw NetworkError(task(), code: -code, detail: words)
            }
        }
    }

    /// Asks for all entries of a table.
    func readTable(_ message: NetlinkMessage, _ task: String) throws(NetworkError) -> [NetlinkPart]
    {
        try send(message, task)
        var entries: [NetlinkPart] = []
        while true {
            for (type, part) in try receive(task) {
                switch type {
                case Kind.done: return entries
                case Kind.error:
                    throw NetworkError(task, code: -Int32(bitPattern: part.number(at: 0)))
                default: entries.append(part)
                }
            }
        }
    }

    /// The types of messages that are not entries of a table.
    private enum Kind {
        static let error: UInt16 = 2
        static let done: UInt16 = 3
    }

    private func send(_ message: NetlinkMessage, _ task: String) throws(NetworkError) {
        var message = message
        number &+= 1
        message.finish(number: number)
        let octets = message.octets
        // SAFETY: the call reads as many octets as there are.
        let count = unsafe Glibc.send(socket, octets, octets.count, 0)
        guard count == octets.count else { throw NetworkError(task, code: errno) }
    }

    /// The next messages that answer the last request.
    private func receive(_ task: String) throws(NetworkError) -> [(UInt16, NetlinkPart)] {
        var buffer = [UInt8](repeating: 0, count: Limits.messageOctetsMax)
        var count: Int
        repeat {
            // SAFETY: the call writes at most as many octets as there are.
            count = unsafe recv(socket, &buffer, buffer.count, 0)
        } while count < 0 && errno == EINTR
        guard count >= 0 else { throw NetworkError(task, code: errno) }
        var rest = buffer[..<count]
        var messages: [(UInt16, NetlinkPart)] = []
        while rest.count >= NetlinkMessage.headerOctets {
            let head = NetlinkPart(octets: rest)
            let length = Int(head.number(at: 0))
            guard length >= NetlinkMessage.headerOctets, length <= rest.count else { break }
            // What answers an earlier request, one that was given up, is passed over.
            if head.number(at: 8) == number {
                let part = rest.prefix(length).dropFirst(NetlinkMessage.headerOctets)
                messages.append((UInt16(head.number(at: 4, octets: 2)), NetlinkPart(octets: part)))
            }
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return messages
    }
}
