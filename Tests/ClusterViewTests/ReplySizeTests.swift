import ClusterView
import DNSWire
import KubernetesModel
import Testing

@Suite("Size of replies (RFC 1035 §4.2.1, RFC 2181 §9)")
struct ReplySizeTests {
    private static func large(_ count: Int) -> ClusterFixture {
        var fixture = ClusterFixture()
        fixture.index.addNamespace("data")
        fixture.index.update(
            service("big", "data", ips: ["None"], ports: [ServicePort(name: "http", port: 80)])
        )
        for part in 0..<((count + 99) / 100) {
            let endpoints = (part * 100..<min(count, part * 100 + 100)).map {
                Endpoint(addresses: ["10.\($0 / 65536).\($0 / 256 % 256).\($0 % 256)"])
            }
            fixture.index.update(slice("big-\(part)", of: "big", "data", endpoints))
        }
        return fixture
    }

    @Test(arguments: [512, 1232, 4096])
    func `a reply holds what fits, and says when that isn't all`(_ limit: Int) {
        var fixture = ReplySizeTests.large(500)
        let reply = fixture.ask("big.data.svc.cluster.local.", .a, limit: limit)
        #expect(reply.message.header.isTruncated)
        let octets = 12 + 28 + 4
        #expect(reply.answers.count == (limit - octets) / 16)
    }

    @Test func `5000 endpoints fill a TCP message and no more`() {
        var fixture = ReplySizeTests.large(5000)
        let reply = fixture.ask("big.data.svc.cluster.local.", .a)
        #expect(reply.message.header.isTruncated)
        #expect(reply.answers.count > 4000)
        #expect(Set(reply.answers).count == reply.answers.count)
    }

    @Test func `every endpoint is in a reply that is large enough, each once`() {
        var fixture = ReplySizeTests.large(300)
        for random in [0, 1 << 31, UInt32.max] {
            let reply = fixture.ask("big.data.svc.cluster.local.", .a, random: random)
            #expect(!reply.message.header.isTruncated)
            #expect(Set(reply.answers).count == 300)
        }
    }

    @Test func `the first address depends on the random number`() {
        var fixture = ReplySizeTests.large(100)
        let firsts = (0..<100).map { step in
            fixture.ask(
                "big.data.svc.cluster.local.",
                .a,
                random: UInt32(step) * 42_949_673
            ).message.answers[0].text
        }
        #expect(Set(firsts).count == 100)
    }

    @Test func `glue that doesn't fit is left out without a mark`() {
        var fixture = ReplySizeTests.large(8)
        let full = fixture.ask("_http._tcp.big.data.svc.cluster.local.", .srv)
        #expect(full.answers.count == 8)
        #expect(full.additionals.count == 8)
        let tight = fixture.ask("_http._tcp.big.data.svc.cluster.local.", .srv, limit: 600)
        #expect(tight.answers.count == 8)
        #expect(tight.additionals.count < 8)
        #expect(!tight.message.header.isTruncated)
        let short = fixture.ask("_http._tcp.big.data.svc.cluster.local.", .srv, limit: 512)
        #expect(short.answers.count == 8 || short.message.header.isTruncated)
    }

    @Test func `many labels are found by hash`() {
        var fixture = ReplySizeTests.large(1000)
        for number in [0, 255, 256, 999] {
            let label = "10-0-\(number / 256)-\(number % 256)"
            let reply = fixture.ask("\(label).big.data.svc.cluster.local.", .a)
            #expect(reply.answers.count == 1)
        }
        #expect(fixture.ask("10-0-9-9.big.data.svc.cluster.local.", .a).code == .nameError)
    }
}
