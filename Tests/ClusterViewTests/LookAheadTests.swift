import DNSWire
import KubernetesModel
import TestSupport
import Testing

@testable import ClusterView

@Suite("Looking ahead")
struct LookAheadTests {
    private static func snapshot(services: Int) -> ClusterSnapshot {
        var index = ClusterIndex()
        for number in 0..<services {
            let ip = "10.1.\(number / 256).\(number % 256)"
            index.update(service("web\(number)", "shop", ips: [ip]))
        }
        return index.makeSnapshot(revision: 1, serial: 1)
    }

    private static func packet(_ name: String) throws -> [UInt8] {
        let name = try #require(Name(name))
        return try Message(
            header: Header(id: 1),
            questions: [Question(name: name, type: .a)]
        ).encoded()
    }

    private static func look(_ packets: [[UInt8]], in snapshot: ClusterSnapshot) -> Int {
        var look = LookAhead()
        for packet in packets {
            unsafe packet.withUnsafeBytes { unsafe look.add($0, in: snapshot) }
        }
        return look.finish()
    }

    @Test(arguments: [
        ("web7.shop.svc.cluster.local.", 1),
        ("WEB7.Shop.SVC.cluster.local.", 1),
        ("_http._tcp.web7.shop.svc.example.", 1),
        ("a.web599.shop.svc.", 1),
        ("web600.shop.svc.cluster.local.", 0),
        ("web7.svc.cluster.local.", 0),
        ("web7.shop.pod.cluster.local.", 0),
        ("shop.svc.cluster.local.", 0),
        ("svc.", 0),
        (".", 0),
    ])
    func `a service that is asked for is fetched`(_ name: String, _ found: Int) throws {
        let snapshot = Self.snapshot(services: 600)
        #expect(try Self.look([Self.packet(name)], in: snapshot) == found)
    }

    @Test
    func `a batch is fetched as far as there is room`() throws {
        let snapshot = Self.snapshot(services: 600)
        let packets = try (0..<100).map { try Self.packet("web\($0).shop.svc.cluster.local.") }
        #expect(Self.look(packets, in: snapshot) == LookAhead.queryCountMax)
        #expect(Self.look([], in: snapshot) == 0)
    }

    @Test
    func `few services are in a cache anyway`() throws {
        let packet = try Self.packet("web7.shop.svc.cluster.local.")
        #expect(Self.look([packet], in: Self.snapshot(services: 20)) == 0)
    }

    @Test
    func `packets of any octets are read within their bounds`() throws {
        let snapshot = Self.snapshot(services: 600)
        let good = try Self.packet("_http._tcp.web7.shop.svc.cluster.local.")
        for count in 0...good.count {
            let part = Array(good[..<count])
            // The octets in front of, and with, `svc`.
            #expect(Self.look([part], in: snapshot) == (count >= 12 + 6 + 5 + 5 + 5 + 4 ? 1 : 0))
        }
        var random = SeededGenerator(seed: 9)
        for _ in 0..<20_000 {
            var damaged = good
            for _ in 0..<3 {
                damaged[Int.random(in: 0..<good.count, using: &random)] =
                    .random(in: .min ... .max, using: &random)
            }
            _ = Self.look([damaged], in: snapshot)
        }
    }
}
