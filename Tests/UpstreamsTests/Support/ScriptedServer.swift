import Glibc
import TestSupport

/// What a scripted server does with a query.
enum Move {
    /// Sends a message.
    case reply([UInt8])
    /// Sends octets as they are: on a stream, without a length before them.
    case raw([UInt8])
    /// Closes the stream.
    case close
    /// Resets the stream.
    case reset
    /// Does nothing.
    case silence
}

/// A server on 127.0.0.1 over UDP and TCP, on the same port, that does what a test says.
///
/// It runs on the test's thread, whenever it is told to `pump`.
final class ScriptedServer {
    /// The port of both sockets.
    let port: UInt16
    /// The queries received over UDP.
    private(set) var datagrams: [[UInt8]] = []
    /// The source ports of them.
    private(set) var sources: [UInt16] = []
    /// The queries received over TCP.
    private(set) var messages: [[UInt8]] = []
    /// Streams accepted.
    private(set) var streamCount = 0
    /// What is done with a query; the second parameter says whether it came over TCP.
    var script: ([UInt8], Bool) -> [Move]
    private var udp: Int32
    private var tcp: Int32
    private var streams: [Int32: [UInt8]] = [:]

    init(_ script: @escaping ([UInt8], Bool) -> [Move] = ScriptedServer.answering) {
        self.script = script
        var bound: (Int32, Int32, UInt16)?
        // A program of somebody else may take the port before.
        for _ in 0..<32 where bound == nil {
            let port = try! FreePort.choose()
            let tcp = Self.open(SOCK_STREAM, port: port)
            let udp = Self.open(SOCK_DGRAM, port: port)
            if udp >= 0, tcp >= 0 {
                bound = (udp, tcp, port)
            } else {
                for descriptor in [udp, tcp] where descriptor >= 0 { Glibc.close(descriptor) }
            }
        }
        (udp, tcp, port) = bound!
        listen(tcp, 64)
    }

    deinit { stop() }

    /// Answers every query with one address.
    static func answering(_ query: [UInt8], _ isStream: Bool) -> [Move] {
        [.reply(TestMessage.reply(to: query))]
    }

    /// Closes all sockets.
    func stop() {
        for stream in streams.keys { Glibc.close(stream) }
        streams = [:]
        if udp >= 0 { Glibc.close(udp) }
        if tcp >= 0 { Glibc.close(tcp) }
        udp = -1
        tcp = -1
    }

    /// Closes all streams.
    func closeStreams() {
        for stream in streams.keys { Glibc.close(stream) }
        streams = [:]
    }

    private static func open(_ kind: __socket_type, port: UInt16) -> Int32 {
        let type = kind.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let descriptor = socket(AF_INET, Int32(type), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, 16)
            }
        }
        if code == 0 { return descriptor }
        Glibc.close(descriptor)
        return -1
    }

    /// Receives and answers what has arrived.
    func pump() {
        pumpDatagrams()
        while case let stream = accept(tcp, nil, nil), stream >= 0 {
            streamCount += 1
            _ = fcntl(stream, F_SETFL, O_NONBLOCK)
            // A program that another test starts must not hold the stream open.
            _ = fcntl(stream, F_SETFD, FD_CLOEXEC)
            streams[stream] = []
        }
        for stream in Array(streams.keys) { pump(stream) }
    }

    private func pumpDatagrams() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var address = sockaddr_in()
            var size = socklen_t(16)
            let count = unsafe withUnsafeMutablePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe recvfrom(udp, &buffer, buffer.count, 0, $0, &size)
                }
            }
            guard count >= 0 else { return }
            let query = Array(buffer[..<count])
            datagrams.append(query)
            sources.append(UInt16(bigEndian: address.sin_port))
            for move in script(query, false) { act(move, address) }
        }
    }

    private func act(_ move: Move, _ address: sockaddr_in) {
        switch move {
        case .reply(let octets), .raw(let octets): Self.send(octets, udp, to: address)
        case .close, .reset, .silence: break
        }
    }

    /// Sends a datagram.
    static func send(_ octets: [UInt8], _ descriptor: Int32, to address: sockaddr_in) {
        var address = address
        _ = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe sendto(descriptor, octets, octets.count, 0, $0, 16)
            }
        }
    }

    private func pump(_ stream: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe recv(stream, &buffer, buffer.count, 0)
            if count == 0 { return drop(stream) }
            guard count > 0 else { break }
            streams[stream]? += buffer[..<count]
        }
        while let octets = streams[stream], octets.count >= 2 {
            let end = 2 + Int(octets[0]) << 8 + Int(octets[1])
            guard octets.count >= end else { return }
            streams[stream] = Array(octets[end...])
            let query = Array(octets[2..<end])
            messages.append(query)
            for move in script(query, true) { act(move, stream) }
        }
    }

    private func act(_ move: Move, _ stream: Int32) {
        switch move {
        case .reply(let octets):
            sendAll(TestMessage.words([UInt16(octets.count)]) + octets, stream)
        case .raw(let octets): sendAll(octets, stream)
        case .close: drop(stream)
        case .reset:
            var option = linger(l_onoff: 1, l_linger: 0)
            unsafe setsockopt(stream, SOL_SOCKET, SO_LINGER, &option, 8)
            drop(stream)
        case .silence: break
        }
    }

    private func sendAll(_ octets: [UInt8], _ stream: Int32) {
        var rest = octets[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(stream, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private func drop(_ stream: Int32) {
        guard streams.removeValue(forKey: stream) != nil else { return }
        Glibc.close(stream)
    }
}
