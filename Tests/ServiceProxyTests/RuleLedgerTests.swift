import KubernetesModel
import TestSupport
import Testing

@testable import ServiceProxy

@Suite("The ledger: what a change changes")
struct RuleLedgerTests {
    private static func name(_ text: String) -> ServiceName {
        ServiceName(namespace: "shop", name: text)
    }

    @Test func `a change carries only what differs`() throws {
        let before = Cluster().service("web", clusterIP: "10.96.0.21")
            .slice("web", port: 8080, ready: ["10.244.0.3", "10.244.0.4"])
        let after = Cluster().service("web", clusterIP: "10.96.0.21")
            .slice("web", port: 8080, ready: ["10.244.0.3", "10.244.0.5"])
        var ledger = RuleLedger()
        ledger.replace(Self.name("web"), with: before.parts("web"))
        var change = ledger.takeChange()
        #expect(change.addedElements.count == 6)
        ledger.replace(Self.name("web"), with: after.parts("web"))
        change = ledger.takeChange()
        #expect(
            change.commands == """
                delete element inet martlet backends-tcp4 { 10.96.0.21 . 80 . 1 }
                delete element inet martlet hairpin4 { 10.244.0.4 . 10.244.0.4 }
                add element inet martlet backends-tcp4 { 10.96.0.21 . 80 . 1 : 10.244.0.5 . 8080 }
                add element inet martlet hairpin4 { 10.244.0.5 . 10.244.0.5 }

                """
        )
        ledger.replace(Self.name("web"), with: after.parts("web"))
        change = ledger.takeChange()
        #expect(change.isEmpty)
    }

    @Test func `what several services need goes with the last of them`() {
        let cluster = Cluster()
            .service("one", clusterIP: "10.96.0.1").service("two", clusterIP: "10.96.0.2")
            .slice("one", port: 80, ready: ["10.244.0.3"])
            .slice("two", port: 80, ready: ["10.244.0.3"])
        var ledger = RuleLedger()
        ledger.replace(Self.name("one"), with: cluster.parts("one"))
        ledger.replace(Self.name("two"), with: cluster.parts("two"))
        var change = ledger.takeChange()
        #expect(change.addedChains.map(\.name) == ["cluster-tcp4-1", "near-tcp4-1"])
        ledger.replace(Self.name("one"), with: nil)
        change = ledger.takeChange()
        #expect(change.staleChains.isEmpty)
        #expect(change.removedElements.allSatisfy { $0.key.hasPrefix("10.96.0.1") })
        ledger.replace(Self.name("two"), with: nil)
        change = ledger.takeChange()
        #expect(change.staleChains == ["cluster-tcp4-1", "near-tcp4-1"])
        #expect(change.removedElements.contains { $0.key == "10.244.0.3 . 10.244.0.3" })
        #expect(ledger.elementCount == 0)
    }

    @Test func `one address of two services is the first one's, whoever came first`() {
        let cluster = Cluster()
            .service("b", clusterIP: "10.96.0.1").slice("b", port: 80, ready: ["10.244.0.2"])
            .service("a", clusterIP: "10.96.0.1").slice("a", port: 80, ready: ["10.244.0.1"])
        for order in [["a", "b"], ["b", "a"]] {
            var ledger = RuleLedger()
            for name in order { ledger.replace(Self.name(name), with: cluster.parts(name)) }
            let key = Element(
                holder: Holder(role: .backends, family: .ipv4, transport: .tcp),
                key: "10.96.0.1 . 80 . 0"
            )
            #expect(ledger.value(key) == "10.244.0.1 . 80")
            _ = ledger.takeChange()
            ledger.replace(Self.name("a"), with: nil)
            #expect(ledger.value(key) == "10.244.0.2 . 80")
            let change = ledger.takeChange()
            #expect(change.addedElements.contains { $0.element == key })
            #expect(change.removedElements.contains(key))
        }
    }

    @Test func `changes of a random cluster add up to its rules`() {
        var random = SeededGenerator(seed: 20)
        var ledger = RuleLedger()
        var kernel: [Element: String] = [:]
        var chains: Set<String> = []
        for _ in 0..<300 {
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let name = "s\(Int.random(in: 0..<6, using: &random))"
                ledger.replace(Self.name(name), with: Self.randomParts(name, &random))
            }
            let change = ledger.takeChange()
            for element in change.removedElements {
                let old = kernel.removeValue(forKey: element)
                #expect(old != nil, "removed what is not there")
            }
            for (element, value) in change.addedElements {
                let old = kernel.updateValue(value, forKey: element)
                #expect(old == nil, "added what is there")
            }
            chains.formUnion(change.addedChains.map(\.name))
            chains.subtract(change.staleChains)
            // Elements lead to chains that are there.
            for value in kernel.values where value.hasPrefix("goto ") {
                let target = String(value.dropFirst("goto ".count))
                #expect(target == StaticRules.reject || chains.contains(target))
            }
        }
        #expect(kernel == Dictionary(uniqueKeysWithValues: ledger.elements.map { ($0, $1) }))
        #expect(chains.sorted() == ledger.chainNames)
    }

    private static func randomParts(_ name: String, _ random: inout SeededGenerator) -> RuleParts? {
        guard Int.random(in: 0..<5, using: &random) > 0 else { return nil }
        let ready = (0..<4).filter { _ in Bool.random(using: &random) }.map { "10.244.0.\($0)" }
        // Few addresses, so that services fight for them.
        let address = "10.96.0.\(Int.random(in: 1...3, using: &random))"
        let isSticky = Int.random(in: 0..<4, using: &random) == 0
        let isLocal = Bool.random(using: &random)
        let nodePort = 30_000 + Int.random(in: 0..<2, using: &random)
        return Cluster()
            .service(name, clusterIP: address, ports: [ServicePort(port: 80, nodePort: nodePort)]) {
                $0.type = .nodePort
                $0.affinitySeconds = isSticky ? 60 : nil
                $0.externalTrafficPolicy = isLocal ? "Local" : "Cluster"
            }
            .slice(name, port: 8080, ready: ready)
            .parts(name)
    }
}
