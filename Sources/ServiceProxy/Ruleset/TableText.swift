/// A whole table in nft's language.
struct TableText {
    private let statics: StaticRules
    private let ledger: RuleLedger

    init(_ settings: ProxySettings, _ ledger: RuleLedger) {
        statics = StaticRules(settings)
        self.ledger = ledger
    }

    /// The table, as `nft -f` reads it, in order.
    var text: String { write(isSorted: true) }

    private func write(isSorted: Bool) -> String {
        var text = "table inet \(ProxyLimits.table) {\n"
        var elements: [Holder: [(key: String, value: String)]] = [:]
        for (element, value) in ledger.elements {
            elements[element.holder, default: []].append((element.key, value))
        }
        for holder in statics.holders {
            text += "\t\(holder.isMap ? "map" : "set") \(holder.name) {\n"
            text += "\t\t\(statics.declaration(holder))\n"
            var own = elements[holder] ?? []
            if isSorted { own.sort { $0.key < $1.key } }
            if !own.isEmpty { text += "\t\telements = { \(TableText.list(own)) }\n" }
            text += "\t}\n"
        }
        for name in ledger.setNames {
            text += "\tset \(name) {\n\t\t\(ledger.declaration(name) ?? "")\n\t}\n"
        }
        text += chain(statics.layout, [])
        for chain in statics.chains { text += self.chain(chain.name, chain.lines) }
        for name in ledger.chainNames { text += chain(name, ledger.rules(name) ?? []) }
        return text + "}\n"
    }

    /// The commands that put the table in place of whatever is there, with one step.
    var replacement: String {
        let table = "inet \(ProxyLimits.table)"
        // Created first if it isn't there, as one can't delete nothing.
        return "add table \(table)\ndelete table \(table)\n\(write(isSorted: false))"
    }

    private func chain(_ name: String, _ lines: [String]) -> String {
        "\tchain \(name) {\n" + lines.map { "\t\t\($0)\n" }.joined() + "\t}\n"
    }

    private static func list(_ elements: [(key: String, value: String)]) -> String {
        elements.map { $0.value.isEmpty ? $0.key : "\($0.key) : \($0.value)" }
            .joined(separator: ",\n\t\t\t")
    }
}
