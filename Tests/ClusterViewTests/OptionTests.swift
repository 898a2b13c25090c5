import ClusterView
import DNSWire
import KubernetesModel
import Testing

@Suite("Options of the kubernetes directive")
struct OptionTests {
    private static func pod(_ name: String, _ ips: [String], _ phase: Pod.Phase = .running) -> Pod {
        Pod(metadata: ObjectMeta(name: name, namespace: "shop"), phase: phase, podIPs: ips)
    }

    private static func fixture(_ mode: ClusterZone.PodMode) -> ClusterFixture {
        var options = ClusterIndex.Options()
        options.indexesPods = true
        var fixture = shop(options: options)
        fixture.settings.podMode = mode
        fixture.index.update(pod("one", ["10.244.0.9", "fd00:10:244::9"]))
        fixture.index.update(pod("done", ["10.244.0.10"], .succeeded))
        return fixture
    }

    static let insecure: [Case] = [
        Case(
            "10-244-0-9.shop.pod.cluster.local.",
            .a,
            .noError,
            ["10-244-0-9.shop.pod.cluster.local. 5 IN A 10.244.0.9"]
        ),
        Case(
            "1-2-3-4.shop.pod.cluster.local.",
            .a,
            .noError,
            ["1-2-3-4.shop.pod.cluster.local. 5 IN A 1.2.3.4"]
        ),
        Case("1-2-3-4.shop.pod.cluster.local.", .aaaa),
        Case("1-2-3-256.shop.pod.cluster.local.", .a, .nameError),
        Case(
            "fd00--9.shop.pod.cluster.local.",
            .aaaa,
            .noError,
            ["fd00--9.shop.pod.cluster.local. 5 IN AAAA fd00::9"]
        ),
        Case("1-2-3-4.nosuch.pod.cluster.local.", .a, .nameError),
        Case("x.1-2-3-4.shop.pod.cluster.local.", .a, .nameError),
        Case("shop.pod.cluster.local.", .a),
        Case("web.shop.pod.cluster.local.", .a, .nameError),
    ]

    @Test(arguments: insecure)
    func `pods insecure answers any address`(_ row: Case) {
        var fixture = OptionTests.fixture(.insecure)
        row.check(fixture.ask(row.name, row.type))
    }

    static let verified: [Case] = [
        Case(
            "10-244-0-9.shop.pod.cluster.local.",
            .a,
            .noError,
            ["10-244-0-9.shop.pod.cluster.local. 5 IN A 10.244.0.9"]
        ),
        Case(
            "fd00-10-244--9.shop.pod.cluster.local.",
            .aaaa,
            .noError,
            ["fd00-10-244--9.shop.pod.cluster.local. 5 IN AAAA fd00:10:244::9"]
        ),
        Case("10-244-0-9.data.pod.cluster.local.", .a, .nameError),
        Case("10-244-0-10.shop.pod.cluster.local.", .a, .nameError),
        Case("1-2-3-4.shop.pod.cluster.local.", .a, .nameError),
    ]

    @Test(arguments: verified)
    func `pods verified answers addresses of pods that run`(_ row: Case) {
        var fixture = OptionTests.fixture(.verified)
        row.check(fixture.ask(row.name, row.type))
    }

    @Test func `pods disabled answers none`() {
        var fixture = OptionTests.fixture(.disabled)
        #expect(fixture.ask("10-244-0-9.shop.pod.cluster.local.", .a).code == .nameError)
        #expect(fixture.ask("shop.pod.cluster.local.", .a).code == .nameError)
    }

    @Test func `a pod that is gone has no name, one that shares its address keeps it`() {
        var fixture = OptionTests.fixture(.verified)
        fixture.index.update(OptionTests.pod("two", ["10.244.0.9"]))
        fixture.index.removePod(namespace: "shop", name: "one")
        #expect(fixture.ask("10-244-0-9.shop.pod.cluster.local.", .a).code == .noError)
        fixture.index.removePod(namespace: "shop", name: "two")
        #expect(fixture.ask("10-244-0-9.shop.pod.cluster.local.", .a).code == .nameError)
    }

    @Test func `namespaces shows only those that are listed`() {
        var fixture = shop()
        fixture.settings.namespaces = ["data"]
        #expect(fixture.ask("web.shop.svc.cluster.local.", .a).code == .nameError)
        #expect(fixture.ask("shop.svc.cluster.local.", .a).code == .nameError)
        #expect(fixture.ask("db.data.svc.cluster.local.", .a).answers.count == 3)
        let reverse = "96.10.in-addr.arpa."
        #expect(fixture.ask("21.0.96.10.in-addr.arpa.", .ptr, zone: reverse).code == .nameError)
    }

    @Test func `ignore empty_service hides services without ready endpoints`() {
        var fixture = shop()
        fixture.settings.ignoresEmptyServices = true
        #expect(fixture.ask("web.shop.svc.cluster.local.", .a).code == .noError)
        #expect(fixture.ask("dual.shop.svc.cluster.local.", .a).code == .nameError)
        #expect(fixture.ask("docs.shop.svc.cluster.local.", .cname).code == .noError)
    }

    @Test func `noendpoints leaves endpoints out`() {
        var options = ClusterIndex.Options()
        options.ignoresEndpoints = true
        var fixture = shop(options: options)
        #expect(fixture.ask("db.data.svc.cluster.local.", .a).code == .nameError)
        #expect(fixture.ask("web.shop.svc.cluster.local.", .a).code == .noError)
    }

    @Test func `endpoint_pod_names names endpoints after their pods`() {
        var options = ClusterIndex.Options()
        options.endpointPodNames = true
        var fixture = shop(options: options)
        #expect(fixture.ask("db-pod.db.data.svc.cluster.local.", .a).answers.count == 1)
        #expect(fixture.ask("10-244-1-4.db.data.svc.cluster.local.", .a).code == .nameError)
    }

    @Test func `ttl is the time to live of answers and the minimum of negative ones`() {
        var fixture = shop()
        fixture.settings.timeToLive = 30
        let reply = fixture.ask("web.shop.svc.cluster.local.", .a)
        #expect(reply.message.answers.map(\.timeToLive) == [30])
        let negative = fixture.ask("no.shop.svc.cluster.local.", .a)
        #expect(negative.authorities[0].hasSuffix(" 7 7200 1800 86400 30"))
    }
}
