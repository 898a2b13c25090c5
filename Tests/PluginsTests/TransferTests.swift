import Addresses
import ClusterView
import DNSWire
import Glibc
import KubernetesModel
import Testing

@testable import Plugins

@Suite("transfer (RFC 5936, RFC 1995)")
struct TransferTests {
    private static let zone = """
        $TTL 60
        @ SOA ns h 7 2 3 4 30
        @ NS ns
        ns A 192.0.2.53
        www A 192.0.2.80

        """

    private func chain(_ text: String = zone, _ options: String = "to *") throws -> ChainFixture {
        let directory = try TemporaryDirectory()
        let path = try directory.write("db", text)
        return try ChainFixture("transfer {\n \(options)\n}\nfile \(path)")
    }

    @Test func `a zone begins and ends with its SOA record`() throws {
        let (_, messages) = try chain().transfer("example.test")
        #expect(messages.count == 1)
        let records = messages.flatMap(\.answers).map(\.text)
        let start = "example.test. 60 IN SOA ns.example.test. h.example.test. 7 2 3 4 30"
        #expect(records.first == start)
        #expect(records.last == start)
        #expect(
            Set(records.dropFirst().dropLast()) == [
                "example.test. 60 IN NS ns.example.test.", "ns.example.test. 60 IN A 192.0.2.53",
                "www.example.test. 60 IN A 192.0.2.80",
            ]
        )
        #expect(messages[0].header.isAuthoritative)
        #expect(messages[0].header.id == 4_711)
    }

    @Test func `a large zone takes many messages, none of which is too long`() throws {
        let hosts = (0..<20_000).map { "host-\($0) A 192.0.2.1\n" }.joined()
        let (_, messages) = try chain(Self.zone + hosts).transfer("example.test")
        #expect(messages.count > 5)
        #expect(messages.flatMap(\.answers).count == 20_005)
        #expect(try messages.allSatisfy { try $0.encoded().count <= 65_535 })
        #expect(messages.allSatisfy { !$0.header.isTruncated })
    }

    @Test(arguments: [(UInt32(7), 1), (6, 5), (8, 5)])
    func `IXFR gets one record if nothing has changed, else everything`(
        _ serial: UInt32,
        _ count: Int
    ) throws {
        let (_, messages) = try chain().transfer("example.test", .ixfr, serial: serial)
        #expect(messages.flatMap(\.answers).count == count)
    }

    @Test func `IXFR without the SOA record that the client has fails`() throws {
        #expect(try chain().transfer("example.test", .ixfr).reply.disposition == .serverFailure)
    }

    @Test func `who is not listed is refused`() throws {
        let chain = try chain(Self.zone, "to 192.0.2.7 192.0.2.8:5353")
        let own = IPAddress(ipv4: 0xC000_0208)
        let other = IPAddress(ipv4: 0xC000_0209)
        #expect(try chain.transfer("example.test", client: own).messages[0].answers.count == 5)
        let refused = try chain.transfer("example.test", client: other)
        #expect(refused.reply.code == .refused)
        #expect(refused.messages.count == 1)
    }

    @Test(arguments: [Transport.udp, .https])
    func `a transfer needs a stream`(_ transport: Transport) throws {
        let reply = try chain().ask("example.test", .axfr, transport: transport)
        #expect(reply.disposition == .refused)
    }

    @Test func `a name that is no zone's is refused`() throws {
        #expect(try chain().transfer("www.example.test").reply.disposition == .refused)
    }

    @Test(arguments: [
        ("", "'to' is required"), ("to", "needs an argument"), ("to nobody", "is not the address"),
        ("to *\n from 192.0.2.1", "unknown property"),
    ])
    func `mistakes are told`(_ options: String, _ message: String) throws {
        let error = #expect(throws: (any Error).self) {
            try ChainFixture("transfer {\n \(options)\n}")
        }
        #expect("\(try #require(error))".contains(message))
    }

    @Test func `secondary servers are told of a change until they say that they know`() throws {
        let receiver = try NotifiedServer()
        let chain = try ChainFixture("transfer {\n to * 127.0.0.1:\(receiver.port)\n}")
        let plugin = try #require(chain.chain.plugins.first as? TransferPlugin)
        plugin.zoneHasChanged(try #require(Name("example.test.")))
        let notice = try receiver.receiveAndAnswer()
        #expect(notice.header.opcode == .notify)
        #expect(notice.header.isAuthoritative)
        #expect(notice.questions.map { "\($0.name) \($0.type)" } == ["example.test. SOA"])
    }

    @Test func `a cluster is transferred service by service`() throws {
        let chain = try ChainFixture(
            "transfer {\n to *\n}\nkubernetes",
            zones: "cluster.local 10.96.0.0/16"
        )
        let snapshot = OutsideCluster.snapshot
        unsafe chain.desk.pointee.adopt([snapshot])
        let (_, messages) = try chain.transfer("cluster.local")
        let records = messages.flatMap(\.answers).map(\.text)
        #expect(records.first == records.last)
        let expected: [String] = [
            "cluster.local. 5 IN NS ns.dns.cluster.local.",
            "ns.dns.cluster.local. 0 IN A 192.0.2.53",
            "alias.shop.svc.cluster.local. 5 IN CNAME www.example.org.",
            "db.shop.svc.cluster.local. 5 IN A 10.0.0.1",
            "db-0.db.shop.svc.cluster.local. 5 IN A 10.0.0.1",
            "_sql._tcp.db.shop.svc.cluster.local. 5 IN SRV 0 100 5432 "
                + "db-0.db.shop.svc.cluster.local.",
            "named.shop.svc.cluster.local. 5 IN A 10.96.0.2",
            "named.shop.svc.cluster.local. 5 IN SRV 0 100 80 named.shop.svc.cluster.local.",
            "_http._tcp.named.shop.svc.cluster.local. 5 IN SRV 0 100 80 "
                + "named.shop.svc.cluster.local.",
            "web.shop.svc.cluster.local. 5 IN A 10.96.0.1",
            "web.shop.svc.cluster.local. 5 IN SRV 0 100 80 web.shop.svc.cluster.local.",
            "_http._tcp.web.shop.svc.cluster.local. 5 IN SRV 0 100 80 "
                + "web.shop.svc.cluster.local.",
        ]
        #expect(Array(records.dropFirst().dropLast()) == expected)
        withExtendedLifetime(snapshot) {}
    }
}

/// A secondary server on loopback, as far as NOTIFY goes.
private final class NotifiedServer {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var time = timeval(tv_sec: 90, tv_usec: 0)
        let timeSize = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, timeSize)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let code = unsafe withUnsafeMutablePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, size) + getsockname(descriptor, $0, &size)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        try #require(code == 0)
    }

    deinit { close(descriptor) }

    /// Takes a message, and answers that it came.
    func receiveAndAnswer() throws -> Message {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var buffer = [UInt8](repeating: 0, count: 512)
        let descriptor = descriptor
        let count = unsafe withUnsafeMutablePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { peer in
                let count = unsafe recvfrom(descriptor, &buffer, buffer.count, 0, peer, &size)
                // The same message with the QR bit is the answer (RFC 1996 §4.7).
                buffer[2] |= 0x80
                if count > 0 { _ = unsafe sendto(descriptor, buffer, count, 0, peer, size) }
                return count
            }
        }
        try #require(count > 0)
        buffer[2] &= 0x7F
        return try Message(decoding: Array(buffer[..<count]))
    }
}

/// A cluster with services that are reached from outside.
enum OutsideCluster {
    static let snapshot: ClusterSnapshot = {
        var options = ClusterIndex.Options()
        options.indexesExternals = true
        var index = ClusterIndex(options: options)
        index.addNamespace("shop")
        let http = [ServicePort(name: "http", port: 80)]
        index.update(
            Service(
                metadata: ObjectMeta(name: "web", namespace: "shop"),
                clusterIPs: ["10.96.0.1"],
                ports: http,
                externalIPs: ["192.0.2.10"],
                loadBalancerIngress: [LoadBalancerIngress(ip: "2001:db8::10")]
            )
        )
        index.update(
            Service(
                metadata: ObjectMeta(name: "named", namespace: "shop"),
                clusterIPs: ["10.96.0.2"],
                ports: http,
                loadBalancerIngress: [LoadBalancerIngress(hostname: "lb.example.org")]
            )
        )
        index.update(
            Service(
                metadata: ObjectMeta(name: "db", namespace: "shop"),
                clusterIPs: ["None"],
                ports: [ServicePort(name: "sql", port: 5_432)]
            )
        )
        index.update(
            EndpointSlice(
                metadata: ObjectMeta(
                    name: "db-1",
                    namespace: "shop",
                    labels: ["kubernetes.io/service-name": "db"]
                ),
                addressType: .ipv4,
                endpoints: [Endpoint(addresses: ["10.0.0.1"], hostname: "db-0")],
                ports: [EndpointPort(name: "sql", port: 5_432)]
            )
        )
        index.update(
            Service(
                metadata: ObjectMeta(name: "alias", namespace: "shop"),
                type: .externalName,
                externalName: "www.example.org"
            )
        )
        index.update(
            Service(
                metadata: ObjectMeta(name: "hidden", namespace: "gone"),
                clusterIPs: ["10.96.0.9"],
                ports: http,
                externalIPs: ["192.0.2.99"]
            )
        )
        return index.makeSnapshot(revision: 1, serial: 7)
    }()
}
