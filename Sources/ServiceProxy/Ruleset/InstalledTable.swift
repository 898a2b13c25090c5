internal import KubernetesModel

/// The table as it is in the kernel: what an earlier proxy has left there, or somebody else has
/// changed.
struct InstalledTable {
    /// The elements of the services' sets and maps.
    private(set) var elements: [Element: String] = [:]
    /// The number of rules of each chain.
    private(set) var chains: [String: Int] = [:]
    /// The names of all sets and maps.
    private(set) var sets: Set<String> = []

    /// Reads what `nft -j list table` says.
    ///
    /// What is not understood is left out, and then looks as if it were missing.
    init?(json: String) {
        guard let value = try? JSONReader.read(Array(json.utf8)),
            let items = value["nftables"]?.array
        else { return nil }
        let holders = Dictionary(
            uniqueKeysWithValues: IPFamily.allCases.flatMap(Holder.all).map { ($0.name, $0) }
        )
        for item in items {
            if let name = item["chain"]?["name"]?.string {
                chains[name, default: 0] += 0
            } else if let name = item["rule"]?["chain"]?.string {
                chains[name, default: 0] += 1
            } else if let set = item["map"] ?? item["set"], let name = set["name"]?.string {
                sets.insert(name)
                guard let holder = holders[name] else { continue }
                for element in set["elem"]?.array ?? [] { take(element, holder) }
            }
        }
    }

    private mutating func take(_ element: Value, _ holder: Holder) {
        if holder.isMap {
            guard let key = InstalledTable.text(element[0], protocolAt: holder.protocolPosition),
                let value = InstalledTable.text(element[1])
            else { return }
            elements[Element(holder: holder, key: key)] = value
        } else if let key = InstalledTable.text(element) {
            elements[Element(holder: holder, key: key)] = ""
        }
    }

    /// A key or a value, as the rules write it.
    private static func text(_ value: Value?, protocolAt position: Int? = nil) -> String? {
        switch value {
        case .string(let text): return text
        case .integer(let number): return "\(number)"
        case .object(let fields):
            if let parts = fields["concat"]?.array {
                let texts = parts.enumerated().map { part($1, isProtocol: $0 == position) }
                return texts.contains(nil) ? nil : texts.compactMap(\.self).joined(separator: " . ")
            }
            if let target = fields["goto"]?["target"]?.string { return "goto \(target)" }
            if fields.keys.contains("drop") { return "drop" }
            // An element with a comment or the like.
            if let inner = fields["elem"] { return text(inner["val"], protocolAt: position) }
            return nil
        default: return nil
        }
    }

    private static func part(_ value: Value, isProtocol: Bool) -> String? {
        switch value {
        case .string(let text): isProtocol ? protocolNames[text] ?? text : text
        case .integer(let number): isProtocol ? protocolNames["\(number)"] : "\(number)"
        default: nil
        }
    }

    /// Where a system has no list of protocols, nft writes their numbers.
    private static let protocolNames = ["6": "tcp", "17": "udp", "132": "sctp"]
}

extension Holder {
    /// The place of the protocol in the keys; nil if there is none.
    fileprivate var protocolPosition: Int? {
        switch role {
        case .services, .unserved, .firewall: 1
        case .nodePorts, .unservedNodePorts: 0
        case .backends, .nodePortBackends, .clusterIPs, .hairpin: nil
        }
    }
}

extension RuleChange {
    /// What makes the kernel's table that of a ledger; nil if it can't be had by a change, because
    /// the table has other sets or hooks.
    ///
    /// If its rules are those of other settings, or somebody has been at them, they are made anew,
    /// but in their chains, whose hooks stay: while hooks are exchanged a connection may find none.
    init?(from installed: InstalledTable, to ledger: RuleLedger, _ statics: StaticRules) {
        self.init()
        guard installed.chains.keys.contains(where: { $0.hasPrefix(statics.shape) }),
            statics.holders.allSatisfy({ installed.sets.contains($0.name) }),
            statics.chains.allSatisfy({ !$0.isBase || installed.chains[$0.name] != nil })
        else { return nil }
        let wanted =
            statics.chains.map { ($0.name, $0.rules) } + [(statics.layout, [])]
            + ledger.chainNames.map { ($0, ledger.rules($0) ?? []) }
        takeChains(wanted, installed, isKnown: installed.chains[statics.layout] != nil)
        var knownSets = Set(statics.holders.map(\.name))
        for name in ledger.setNames {
            if !installed.sets.contains(name) {
                addedSets.append((name, ledger.declaration(name) ?? ""))
            }
            knownSets.insert(name)
        }
        staleSets = installed.sets.filter { !knownSets.contains($0) }
        for (element, value) in installed.elements where ledger.value(element) != value {
            removedElements.append(element)
        }
        for (element, value) in ledger.elements where installed.elements[element] != value {
            addedElements.append((element, value))
        }
        sort()
    }

    private mutating func takeChains(
        _ wanted: [(name: String, rules: [String])],
        _ installed: InstalledTable,
        isKnown: Bool
    ) {
        // Rules are only counted: a chain's name says what is in it.
        let isWhole = wanted.allSatisfy { chain in
            installed.chains[chain.name].map { $0 == chain.rules.count } ?? true
        }
        for chain in wanted {
            if installed.chains[chain.name] == nil {
                addedChains.append(chain)
            } else if !isKnown || !isWhole {
                resetChains.append(chain)
            }
        }
        let names = Set(wanted.map(\.name))
        staleChains = installed.chains.keys.filter { !names.contains($0) }
    }
}
