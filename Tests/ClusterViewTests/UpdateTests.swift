import ClusterView
import DNSWire
import KubernetesModel
import TestSupport
import Testing

@Suite("Changes of the view")
struct UpdateTests {
    @Test func `a version that is held doesn't change`() {
        var fixture = shop()
        let before = fixture.index.makeSnapshot(revision: 1, serial: 1)
        let count = before.serviceCount
        fixture.index.removeService(namespace: "shop", name: "web")
        let after = fixture.index.makeSnapshot(revision: 2, serial: 2)
        #expect(before.serviceCount == count)
        #expect(after.serviceCount == count - 1)
    }

    @Test func `slices may come before their service, and stay when it goes`() {
        var fixture = ClusterFixture()
        fixture.index.addNamespace("data")
        fixture.index.update(slice("s", of: "db", "data", [Endpoint(addresses: ["10.0.0.1"])]))
        #expect(fixture.ask("db.data.svc.cluster.local.", .a).code == .nameError)
        fixture.index.update(service("db", "data", ips: ["None"]))
        #expect(fixture.ask("db.data.svc.cluster.local.", .a).answers.count == 1)
        fixture.index.removeService(namespace: "data", name: "db")
        #expect(fixture.ask("db.data.svc.cluster.local.", .a).code == .nameError)
        fixture.index.update(service("db", "data", ips: ["None"]))
        #expect(fixture.ask("db.data.svc.cluster.local.", .a).answers.count == 1)
    }

    @Test func `a slice that changes its service leaves the old one`() {
        var fixture = ClusterFixture()
        fixture.index.addNamespace("data")
        fixture.index.update(service("a", "data", ips: ["None"]))
        fixture.index.update(service("b", "data", ips: ["None"]))
        fixture.index.update(slice("s", of: "a", "data", [Endpoint(addresses: ["10.0.0.1"])]))
        fixture.index.update(slice("s", of: "b", "data", [Endpoint(addresses: ["10.0.0.1"])]))
        #expect(fixture.ask("a.data.svc.cluster.local.", .a).code == .nameError)
        #expect(fixture.ask("b.data.svc.cluster.local.", .a).answers.count == 1)
    }

    @Test func `endpoints in two slices are answered once`() {
        var fixture = ClusterFixture()
        fixture.index.addNamespace("data")
        fixture.index.update(service("a", "data", ips: ["None"]))
        for name in ["x", "y"] {
            fixture.index.update(
                slice(name, of: "a", "data", [Endpoint(addresses: ["10.0.0.1"])])
            )
        }
        #expect(fixture.ask("a.data.svc.cluster.local.", .a).answers.count == 1)
    }

    /// After any sequence of changes, the view answers as one that was built at once from the
    /// objects that are left.
    @Test(arguments: 0..<20)
    func `any sequence of changes leads where building anew leads`(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 1)
        var fixture = ClusterFixture()
        var services: [String: Service] = [:]
        var slices: [String: EndpointSlice] = [:]
        fixture.index.addNamespace("n")
        for _ in 0..<300 {
            let name = "s\(Int.random(in: 0..<20, using: &random))"
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                services[name] = nil
                fixture.index.removeService(namespace: "n", name: name)
            case 1:
                let ip =
                    Bool.random(using: &random)
                    ? "None" : "10.96.0.\(Int.random(in: 1..<30, using: &random))"
                services[name] = service(name, "n", ips: [ip])
                fixture.index.update(services[name]!)
            case 2:
                slices[name] = nil
                fixture.index.removeSlice(namespace: "n", name: name)
            default:
                let endpoints = (0..<Int.random(in: 0..<5, using: &random)).map { _ in
                    Endpoint(
                        addresses: ["10.0.0.\(Int.random(in: 1..<30, using: &random))"],
                        ready: Bool.random(using: &random),
                        hostname: Bool.random(using: &random)
                            ? "h\(Int.random(in: 0..<5, using: &random))" : ""
                    )
                }
                let owner = "s\(Int.random(in: 0..<20, using: &random))"
                slices[name] = slice(name, of: owner, "n", endpoints)
                fixture.index.update(slices[name]!)
            }
            if Int.random(in: 0..<10, using: &random) == 0 {
                _ = fixture.index.makeSnapshot(revision: 1, serial: 1)
            }
        }
        var anew = ClusterFixture()
        anew.index.addNamespace("n")
        for service in services.values { anew.index.update(service) }
        for slice in slices.values { anew.index.update(slice) }
        for number in 0..<20 {
            let name = "s\(number).n.svc.cluster.local."
            #expect(fixture.ask(name, .a).answers == anew.ask(name, .a).answers)
            #expect(fixture.ask(name, .srv).answers == anew.ask(name, .srv).answers)
        }
        for number in 1..<30 {
            for prefix in ["0.96.10", "0.0.10"] {
                let name = "\(number).\(prefix).in-addr.arpa."
                let zone = "10.in-addr.arpa."
                let left = fixture.ask(name, .ptr, zone: zone)
                #expect(left.code == anew.ask(name, .ptr, zone: zone).code)
            }
        }
    }
}
