import Addresses
import DNSWire
import Dispatch
import Glibc
import Synchronization
import Testing

@testable import Plugins

@Suite("secondary (RFC 5936, RFC 1996, RFC 1982)")
struct SecondaryTests {
    @Test(arguments: [
        (UInt32(1), UInt32(0), true), (0, 1, false), (5, 5, false), (0, .max, true),
        (.max, 0, false), (1 << 31, 0, false),
    ])
    func `serial numbers go round`(_ left: UInt32, _ right: UInt32, _ isNewer: Bool) {
        #expect(SerialNumber.isNewer(left, than: right) == isNewer)
    }

    private func zone(_ serial: Int, _ address: String) throws -> ChainFixture {
        let directory = try TemporaryDirectory()
        let path = try directory.write(
            "db",
            "$TTL 60\n@ SOA ns h \(serial) 2 3 4 30\nwww A \(address)\n"
        )
        return try ChainFixture("transfer {\n to *\n}\nfile \(path)")
    }

    private func secondary(_ primary: Primary) throws -> (ChainFixture, SecondaryPlugin) {
        let chain = try ChainFixture("secondary {\n transfer from 127.0.0.1:\(primary.port)\n}")
        return (chain, try #require(chain.chain.plugins.first as? SecondaryPlugin))
    }

    @Test func `a zone is fetched, and fetched again when its serial number grows`() throws {
        let primary = try Primary(try zone(1, "192.0.2.1"))
        let (chain, plugin) = try secondary(primary)
        #expect(try chain.ask("www.example.test").disposition == .serverFailure)
        plugin.refresh()
        let first = ["www.example.test. 60 IN A 192.0.2.1"]
        #expect(try chain.ask("www.example.test").answers == first)
        primary.serve(try zone(1, "192.0.2.9"))
        plugin.refresh()
        #expect(try chain.ask("www.example.test").answers == first)
        primary.serve(try zone(2, "192.0.2.2"))
        plugin.refresh()
        #expect(
            try chain.ask("www.example.test").answers == ["www.example.test. 60 IN A 192.0.2.2"]
        )
    }

    @Test func `a primary that refuses leaves the zone unanswered`() throws {
        let primary = try Primary(try ChainFixture("whoami", zones: "other.test"))
        let (chain, plugin) = try secondary(primary)
        plugin.refresh()
        #expect(try chain.ask("www.example.test").disposition == .serverFailure)
        #expect(try chain.log().contains { $0.contains("Failed transfer of example.test.") })
    }

    @Test func `news are taken from primaries only`() throws {
        let primary = try Primary(try zone(1, "192.0.2.1"))
        let (_, plugin) = try secondary(primary)
        let zone = try #require(Name("example.test."))
        let other = ClientAddress(address: IPAddress(ipv4: 0xC000_0201), port: 1)
        #expect(!plugin.takeNotify(of: zone, from: other))
        #expect(!plugin.takeNotify(of: .root, from: other))
        let own = ClientAddress(address: IPAddress(ipv4: 0x7F00_0001), port: 1)
        #expect(plugin.takeNotify(of: zone, from: own))
    }

    @Test(arguments: [
        ("", "'transfer from' is required"), ("transfer from", "needs an argument"),
        ("transfer to 127.0.0.1", "unknown property"), ("catalog", "not in Martlet yet"),
        ("transfer from nobody", "is not the address of a server"),
    ])
    func `mistakes are told`(_ option: String, _ message: String) throws {
        let error = #expect(throws: (any Error).self) {
            try ChainFixture("secondary {\n \(option)\n}")
        }
        #expect("\(try #require(error))".contains(message))
    }
}

/// A server on loopback that answers over TCP what a chain answers, one connection at a time.
///
/// `@unchecked Sendable`: the chain is used with the lock held only.
private final class Primary: @unchecked Sendable {
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
