import Addresses
import KubernetesModel
import TestSupport
import Testing

@testable import ServiceProxy

@Suite("The kernel's table: compared with what it should be")
struct InstalledTableTests {
    private static func ledger(_ cluster: Cluster) -> RuleLedger {
        var ledger = RuleLedger()
        for name in cluster.services.keys {
            ledger.replace(
                ServiceName(namespace: "shop", name: name),
                with: cluster.parts(name)
            )
        }
        return ledger
    }

    private static let cluster = Cluster()
        .service("web", clusterIP: "10.96.0.21").slice("web", port: 80, ready: ["10.244.0.3"])
        .service("empty", clusterIP: "10.96.0.22")

    /// What `nft -j list table` says of a table, in parts that tests can change.
    private static func listing(
        _ ledger: RuleLedger,
        _ settings: ProxySettings,
        elements: (Element, String) -> Bool = { _, _ in true },
        rules: (String, String) -> Bool = { _, _ in true }
    ) -> String {
        let statics = StaticRules(settings)
        var items = [#"{"metainfo": {"version": "1.0.6"}}"#]
        for holder in statics.holders {
            var own: [String] = []
            for (element, value) in ledger.elements
            where element.holder == holder && elements(element, value) {
                own.append(json(element, value))
            }
            let kind = holder.isMap ? "map" : "set"
            items.append(
                "{\"\(kind)\": {\"name\": \"\(holder.name)\", \"elem\": [\(own.joined(separator: ","))]}}"
            )
        }
        var chains = statics.chains.map { chain in
            (chain.name, chain.lines.filter { !$0.hasPrefix("type ") })
        }
        chains.append((statics.layout, []))
        chains += ledger.chainNames.map { ($0, ledger.rules($0) ?? []) }
        for (name, lines) in chains {
            items.append("{\"chain\": {\"name\": \"\(name)\"}}")
            for line in lines where rules(name, line) {
                items.append("{\"rule\": {\"chain\": \"\(name)\", \"expr\": []}}")
            }
        }
        return "{\"nftables\": [\(items.joined(separator: ","))]}"
    }

    private static func json(_ element: Element, _ value: String) -> String {
        let parts = element.key.split(separator: " . ").map { part in
            part.allSatisfy(\.isNumber) ? String(part) : "\"\(part)\""
        }
        let key = parts.count == 1 ? parts[0] : "{\"concat\": [\(parts.joined(separator: ","))]}"
        guard element.holder.isMap else { return key }
        if value == "drop" { return "[\(key), {\"drop\": null}]" }
        if value.hasPrefix("goto ") {
            return "[\(key), {\"goto\": {\"target\": \"\(value.dropFirst(5))\"}}]"
        }
        let target = value.split(separator: " . ")
        return "[\(key), {\"concat\": [\"\(target[0])\", \(target[1])]}]"
    }

    private static func change(_ json: String, _ ledger: RuleLedger) throws -> RuleChange? {
        let installed = try #require(InstalledTable(json: json))
        return RuleChange(from: installed, to: ledger, StaticRules(cluster.settings))
    }

    @Test func `a table that is as it should be needs no change`() throws {
        let ledger = Self.ledger(Self.cluster)
        let change = try Self.change(Self.listing(ledger, Self.cluster.settings), ledger)
        let found = try #require(change)
        #expect(found.isEmpty && found.staleChains.isEmpty && found.staleSets.isEmpty)
    }

    @Test func `elements that are missing, too many or others are set right`() throws {
        let ledger = Self.ledger(Self.cluster)
        var other = Self.cluster
        other.slices["web"] = nil
        other = other.slice("web", port: 80, ready: ["10.244.0.4", "10.244.0.5"])
        let installed = Self.ledger(other)
        let change = try #require(
            try Self.change(Self.listing(installed, Self.cluster.settings), ledger)
        )
        var elements = Dictionary(uniqueKeysWithValues: installed.elements.map { ($0, $1) })
        for element in change.removedElements {
            let old = elements.removeValue(forKey: element)
            #expect(old != nil)
        }
        for (element, value) in change.addedElements { elements[element] = value }
        #expect(elements == Dictionary(uniqueKeysWithValues: ledger.elements.map { ($0, $1) }))
        #expect(change.staleChains == ["cluster-tcp4-2", "near-tcp4-2"])
        #expect(change.addedChains.map(\.name) == ["cluster-tcp4-1", "near-tcp4-1"])
    }

    @Test func `rules of other settings, or that are not whole, are made anew in their chains`()
        throws
    {
        let ledger = Self.ledger(Self.cluster)
        let statics = StaticRules(Self.cluster.settings)
        var bit = Self.cluster.settings
        bit.masqueradeBit = 15
        var blocks = Self.cluster.settings
        blocks.clusterCIDRs = []
        var listings = [bit, blocks].map { Self.listing(ledger, $0) }
        for chain in ["services", "near-tcp4-1"] {
            listings.append(
                Self.listing(ledger, Self.cluster.settings, rules: { name, _ in name != chain })
            )
        }
        for (number, json) in listings.enumerated() {
            let change = try #require(try Self.change(json, ledger))
            let isOther = number < 2
            let all = statics.chains.map(\.name) + ledger.chainNames
            let reset = Set(change.resetChains.map(\.name))
            #expect(reset == Set(isOther ? all : all + [statics.layout]))
            #expect(change.addedChains.map(\.name) == (isOther ? [statics.layout] : []))
            #expect(change.staleChains.count == (isOther ? 1 : 0))
            #expect(change.elementCount == 0 && !change.isEmpty)
            #expect(change.commands.contains("flush chain inet martlet services\n"))
            #expect(!change.commands.contains("hook"))
        }
    }

    @Test func `a table with other sets or hooks is replaced`() throws {
        let ledger = Self.ledger(Self.cluster)
        var settings = Self.cluster.settings
        settings.hasIPv6 = false
        #expect(try Self.change(Self.listing(ledger, settings), ledger) == nil)
        let json = Self.listing(ledger, Self.cluster.settings)
        for name in ["hairpin6", "nat-output"] {
            let other = json.replacing("\"\(name)\"", with: "\"x\"")
            #expect(try Self.change(other, ledger) == nil, "\(name)")
        }
    }

    @Test func `protocols are known by their numbers too`() throws {
        let json = Self.listing(Self.ledger(Self.cluster), Self.cluster.settings)
            .replacing("\"tcp\"", with: "6")
        let change = try Self.change(json, Self.ledger(Self.cluster))
        #expect(try #require(change).isEmpty)
    }

    @Test func `text that is no listing never stops the reader`() {
        let text = Self.listing(Self.ledger(Self.cluster), Self.cluster.settings)
        var random = SeededGenerator(seed: 7)
        let octets = Array(text.utf8)
        for _ in 0..<150 {
            var broken = octets
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<broken.count, using: &random)
                broken[index] =
                    Bool.random(using: &random) ? .random(in: 32...126, using: &random) : 0x5b
            }
            guard let table = InstalledTable(json: String(decoding: broken, as: UTF8.self)) else {
                continue
            }
            _ = RuleChange(
                from: table,
                to: Self.ledger(Self.cluster),
                StaticRules(Self.cluster.settings)
            )
        }
        #expect(InstalledTable(json: "") == nil)
        #expect(InstalledTable(json: "[]") == nil)
    }
}
