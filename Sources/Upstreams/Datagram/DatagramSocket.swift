internal import Addresses
internal import CLinuxNet
internal import Glibc

/// A UDP socket that is connected to one upstream, with a source port that the kernel drew.
///
/// The kernel drops what comes from any other address.
final class DatagramSocket: Carrier {
    /// The descriptor; -1 once closed.
    private(set) var descriptor: Int32
    private var tag = 0
    private var sentCount = 0
    /// Whether datagrams of the same length are handed to the kernel together.
    var sendsGroups = false

    /// Opens a socket.
    init(opening upstream: Upstream) throws(UpstreamFailure) {
        let endpoint = upstream.endpoint
        let family = endpoint.address.isIPv4 ? AF_INET : AF_INET6
        let kind = SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        descriptor = socket(family, Int32(kind), 0)
        super.init(upstream, now: upstream.table.now)
        guard descriptor >= 0 else { throw dialFailure("socket", errno) }
        _ = cln_set_option(descriptor, SOL_SOCKET, SO_RCVBUF, Limits.receiveBufferOctets)
        sendsGroups = cln_cuts_datagrams(descriptor) != 0
        if let source = upstream.settings.sourceAddress {
            let code = unsafe SocketAddress(address: source, port: 0).withKernelForm {
                unsafe bind(descriptor, $0, $1)
            }
            guard code == 0 else { throw dialFailure("bind: \(source)", errno) }
        }
        let peer = SocketAddress(address: endpoint.address, port: endpoint.port)
        let code = unsafe peer.withKernelForm { unsafe connect(descriptor, $0, $1) }
        guard code == 0 else { throw dialFailure("connect", errno) }
        tag = try upstream.table.loop.watch(descriptor, self)
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    private func dialFailure(_ call: String, _ code: Int32) -> UpstreamFailure {
        let text = "dial udp \(upstream.endpoint): \(call): \(errorText(code))"
        return UpstreamFailure(code == EMFILE || code == ENFILE ? .system : .unreachable, text)
    }

    override func failure(_ end: AttemptEnd) -> UpstreamFailure {
        let local = SocketAddress.localText(descriptor)
        let read = "read udp \(local)->\(upstream.endpoint)"
        return switch end {
        case .timeout: UpstreamFailure(.timeout, "\(read): i/o timeout")
        case .system(let code): UpstreamFailure(.unreachable, "\(read): \(errorText(code))")
        case .closed: UpstreamFailure(.unreachable, "\(read): closed")
        case .told(let kind, let text): UpstreamFailure(kind, text)
        }
    }

    /// The failure of a query that the system didn't send.
    func writeFailure(_ code: Int32) -> UpstreamFailure {
        let local = SocketAddress.localText(descriptor)
        let text = "write udp \(local)->\(upstream.endpoint): \(errorText(code))"
        return UpstreamFailure(.unreachable, text)
    }

    /// Whether a query may leave on it; a source port serves for a time, and so many queries.
    func takesQuery(_ now: UInt64) -> Bool {
        guard !isRetired, sentCount < Limits.queriesPerSocketMax,
            now - usedAt < upstream.bounds.expire,
            now - openedAt < upstream.bounds.maxSocketAge
        else { return false }
        sentCount += 1
        return true
    }

    /// Whether it is idle for so long that it is closed.
    func isExpired(_ now: UInt64) -> Bool {
        now - usedAt >= upstream.bounds.expire
    }

    /// Has it closed once the last answer has come.
    func retire() {
        isRetired = true
        attemptEnded()
    }

    override func attemptEnded() {
        guard isRetired, attemptCount == 0, descriptor >= 0 else { return }
        upstream.table.loop.unwatch(descriptor, tag: tag)
        Glibc.close(descriptor)
        descriptor = -1
    }

    /// Fails all attempts because of an error that the system reports.
    func failed(_ code: Int32) {
        failAll(failure(.system(code)))
    }

    /// Takes what has arrived.
    func ready() {
        guard descriptor >= 0 else { return }
        let receiver = upstream.table.receiver
        for _ in 0..<Limits.batchesPerTurn {
            guard descriptor >= 0 else { return }
            let count = receiver.receive(descriptor)
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                if code == EAGAIN { return }
                failed(code)
                continue
            }
            for slot in 0..<count {
                let isCut = receiver.isCut(slot)
                _ = unsafe upstream.received(receiver.datagram(slot), on: self, isCut: isCut)
            }
            guard count == Limits.batchCount else { return }
        }
    }
}

/// The sockets of one upstream, each with a source port of its own.
///
/// All queries of a turn leave from one socket, drawn at random, so that they leave with one system
/// call; the next turn draws again.
@safe
struct DatagramPool {
    private var sockets = [DatagramSocket?](repeating: nil, count: Limits.datagramSocketCountMax)
    // SAFETY, for all uses: one of `sockets`, or nil.
    private var current: Unmanaged<DatagramSocket>?
    private var currentTurn: UInt64 = 0

    /// The socket for a query; it may have to be opened.
    mutating func socket(
        _ upstream: Upstream
    ) throws(UpstreamFailure) -> (Unmanaged<DatagramSocket>, isReused: Bool) {
        let table = upstream.table
        let turn = table.loop.turnNumber
        if turn == currentTurn, let current = unsafe current,
            unsafe current._withUnsafeGuaranteedRef({ $0.takesQuery(table.now) })
        {
            return unsafe (current, true)
        }
        let position = table.random.next(below: sockets.count)
        currentTurn = turn
        if let socket = sockets[position] {
            let reference = unsafe Unmanaged.passUnretained(socket)
            unsafe current = reference
            if socket.takesQuery(table.now) { return unsafe (reference, true) }
            drop(position)
        }
        let socket = try DatagramSocket(opening: upstream)
        _ = socket.takesQuery(table.now)
        sockets[position] = socket
        let reference = unsafe Unmanaged.passUnretained(socket)
        unsafe current = reference
        return unsafe (reference, false)
    }

    /// Closes what is idle; returns whether anything is open.
    mutating func sweep(_ upstream: Upstream) -> Bool {
        let now = upstream.table.now
        for position in sockets.indices {
            guard let socket = sockets[position], socket.isExpired(now) else { continue }
            drop(position)
        }
        return isOpen
    }

    /// Whether anything is open.
    var isOpen: Bool { sockets.contains { $0 != nil } }

    /// Has all sockets closed.
    mutating func retireAll() {
        for position in sockets.indices { drop(position) }
    }

    private mutating func drop(_ position: Int) {
        guard let socket = sockets[position] else { return }
        unsafe current = nil
        sockets[position] = nil
        socket.retire()
    }
}
