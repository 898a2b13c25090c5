import DNSWire
import KubernetesModel
import TestSupport
import Testing

@testable import ClusterView

@Suite("Looking ahead")
struct LookAheadTests {
    private static func snapshot(_ names: [String], address: String = "10.1.0.1") -> ClusterSnapshot
    {
        var index = ClusterIndex()
        for name in names { index.update(service(name, "shop", ips: [address])) }
        return index.makeSnapshot(revision: 1, serial: 1)
    }

    /// How many services a batch of queries fetches; packets that are no queries are passed over.
    private static func look(_ packets: [[UInt8]], in snapshot: ClusterSnapshot) -> Int {
        let scratches = QueryScratch.Storage(count: max(1, packets.count))
        var look = LookAhead()
        for (index, packet) in packets.enumerated() {
            var query = QueryView()
            let verdict = unsafe packet.withUnsafeBytes {
                unsafe query.read($0, scratch: scratches[index])
            }
            if verdict == .answer { look.add(query, scratches[index], in: snapshot) }
        }
        return look.finish(in: snapshot)
    }

    private static func packet(_ name: String) throws -> [UInt8] {
        let name = try #require(Name(name))
        return try Message(
            header: Header(id: 1),
            questions: [Question(name: name, type: .a)]
        ).encoded()
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
        let snapshot = Self.snapshot((0..<600).map { "web\($0)" })
        #expect(try Self.look([Self.packet(name)], in: snapshot) == found)
    }

    @Test
    func `a batch is fetched as far as there is room`() throws {
        let snapshot = Self.snapshot((0..<600).map { "web\($0)" })
        let packets = try (0..<100).map { try Self.packet("web\($0).shop.svc.cluster.local.") }
        #expect(Self.look(packets, in: snapshot) == LookAhead.queryCountMax)
        #expect(Self.look([], in: snapshot) == 0)
    }

    @Test(arguments: [
        "web.shop.svc.cluster.local.", "other.shop.svc.cluster.local.",
        "a.svc.shop.svc.cluster.local.",
    ])
    func `what was found in one version doesn't matter for another`(_ name: String) {
        let fixture = ClusterFixture()
        let zone = ClusterZone(fixture.settings)
        let versions = [
            Self.snapshot(["web", "svc"]), Self.snapshot(["other"], address: "10.1.0.2"),
        ]
        for (asked, looked) in [(0, 1), (1, 0), (0, 0)] {
            let reply = fixture.ask(
                name,
                .a,
                of: versions[asked],
                zone,
                lookingIn: versions[looked]
            )
            #expect(reply == fixture.ask(name, .a, of: versions[asked], zone))
        }
    }

    @Test
    func `another name in the scratch forgets what was found`() throws {
        let snapshot = Self.snapshot(["web"])
        let storage = QueryScratch.Storage()
        var look = LookAhead()
        var query = QueryView()
        for name in ["web.shop.svc.cluster.local.", "bad.shop.svc.cluster.local."] {
            let packet = try Self.packet(name)
            unsafe packet.withUnsafeBytes {
                _ = unsafe query.read($0, scratch: storage.scratch)
            }
            #expect(unsafe storage.scratch.finding.source == nil)
            look.add(query, storage.scratch, in: snapshot)
            look.finish(in: snapshot)
            #expect(unsafe storage.scratch.finding.source != nil)
        }
    }

    @Test
    func `queries of any octets are looked for`() throws {
        let snapshot = Self.snapshot((0..<600).map { "web\($0)" })
        let good = try Self.packet("_http._tcp.web7.shop.svc.cluster.local.")
        var random = SeededGenerator(seed: 9)
        for _ in 0..<20_000 {
            var damaged = good
            for _ in 0..<3 {
                damaged[Int.random(in: 12..<good.count, using: &random)] =
                    .random(in: .min ... .max, using: &random)
            }
            _ = Self.look([damaged], in: snapshot)
        }
    }
}
