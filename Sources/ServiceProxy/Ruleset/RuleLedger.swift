/// The rules that should be in the kernel: what all services contribute, and who wants what.
///
/// A change costs what the service is large, not what the ledger is.
struct RuleLedger {
    /// Who wants an element, and with which value.
    ///
    /// If services claim the same address and port, the
    /// first in order of names has it, whoever came first.
    private enum Claims {
        case one(ServiceName, String)
        case several([(owner: ServiceName, value: String)])

        var value: String {
            switch self {
            case .one(_, let value): value
            case .several(let claims): claims[0].value
            }
        }
    }

    private struct Shared<Content> {
        var content: Content
        var count: Int
    }

    private var parts: [ServiceName: RuleParts] = [:]
    private var claims: [Element: Claims] = [:]
    private var chains: [String: Shared<[String]>] = [:]
    private var sets: [String: Shared<String>] = [:]
    /// Where UDP traffic comes in, and what each service says about it.
    private var fronts: [FlowFront: [ServiceName: Set<Backend.Place>]] = [:]
    /// What load balancers are told about services.
    private(set) var healthChecks: [ServiceName: HealthCheck] = [:]
    /// Whether changes are noted: not while a registry is read, when everything is new.
    private var isNoting: Bool
    /// What changed elements were before; nil if they were not there.
    private var oldElements: [Element: String?] = [:]
    /// Whether changed chains were there before.
    private var oldChains: [String: Bool] = [:]
    /// Whether changed sets were there before.
    private var oldSets: [String: Bool] = [:]

    /// Creates an empty ledger.
    ///
    /// - Parameter isNoting: Whether what comes before the first ``takeChange()`` is told there.
    init(isNoting: Bool = true) { self.isNoting = isNoting }

    /// The number of elements.
    var elementCount: Int { claims.count }

    /// The value of an element; nil if it should not be there.
    func value(_ element: Element) -> String? { claims[element]?.value }

    /// The rules of a chain; nil if it should not be there.
    func rules(_ chain: String) -> [String]? { chains[chain]?.content }

    /// The declaration of a set; nil if it should not be there.
    func declaration(_ set: String) -> String? { sets[set]?.content }

    /// All elements and their values.
    var elements: some Sequence<(element: Element, value: String)> {
        claims.lazy.map { ($0.key, $0.value.value) }
    }

    /// The names of all chains, in order.
    var chainNames: [String] { chains.keys.sorted() }

    /// The names of all sets, in order.
    var setNames: [String] { sets.keys.sorted() }

    /// All places where UDP traffic comes in, with the endpoints that it may be going to.
    var flows: [FlowFront: Set<Backend.Place>] {
        fronts.mapValues { $0.values.reduce(into: []) { $0.formUnion($1) } }
    }

    /// Some of those places; one that is no service's any more has no endpoints.
    func flows(_ some: Set<FlowFront>) -> [FlowFront: Set<Backend.Place>] {
        some.reduce(into: [:]) { found, front in
            found[front] = (fronts[front] ?? [:]).values.reduce(into: []) { $0.formUnion($1) }
        }
    }

    /// Sets what a service contributes; nil for nothing.
    ///
    /// - Returns: The places where UDP traffic comes in whose endpoints are others now.
    @discardableResult
    mutating func replace(_ service: ServiceName, with new: RuleParts?) -> Set<FlowFront> {
        let old = parts.removeValue(forKey: service)
        if old == new {
            parts[service] = old
            return []
        }
        parts[service] = new
        if old?.health != new?.health { healthChecks[service] = new?.health }
        for (element, value) in old?.elements ?? [:] where new?.elements[element] != value {
            note(element)
            withdraw(element, service)
        }
        for (element, value) in new?.elements ?? [:] where old?.elements[element] != value {
            note(element)
            claim(element, service, value)
        }
        for name in (old?.chains ?? [:]).keys where new?.chains[name] == nil {
            noteChain(name)
            RuleLedger.release(name, &chains)
        }
        for (name, rules) in new?.chains ?? [:] where old?.chains[name] == nil {
            noteChain(name)
            chains[name, default: Shared(content: rules, count: 0)].count += 1
        }
        for name in (old?.sets ?? [:]).keys where new?.sets[name] == nil {
            noteSet(name)
            RuleLedger.release(name, &sets)
        }
        for (name, text) in new?.sets ?? [:] where old?.sets[name] == nil {
            noteSet(name)
            sets[name, default: Shared(content: text, count: 0)].count += 1
        }
        return replaceFlows(service, old?.flows ?? [:], new?.flows ?? [:])
    }

    private mutating func replaceFlows(
        _ service: ServiceName,
        _ old: [FlowFront: Set<Backend.Place>],
        _ new: [FlowFront: Set<Backend.Place>]
    ) -> Set<FlowFront> {
        let changed = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }
        for front in changed {
            fronts[front, default: [:]][service] = new[front]
            if fronts[front]?.isEmpty == true { fronts[front] = nil }
        }
        return changed
    }

    /// The difference to the last time, which is forgotten.
    mutating func takeChange() -> RuleChange {
        isNoting = true
        var change = RuleChange()
        for (element, old) in oldElements {
            let new = value(element)
            guard old != new else { continue }
            if old != nil { change.removedElements.append(element) }
            if let new { change.addedElements.append((element, new)) }
        }
        for (name, wasThere) in oldChains where wasThere != (chains[name] != nil) {
            if wasThere {
                change.staleChains.append(name)
            } else {
                change.addedChains.append((name, rules(name) ?? []))
            }
        }
        for (name, wasThere) in oldSets where wasThere != (sets[name] != nil) {
            if wasThere {
                change.staleSets.append(name)
            } else {
                change.addedSets.append((name, declaration(name) ?? ""))
            }
        }
        oldElements = [:]
        oldChains = [:]
        oldSets = [:]
        change.sort()
        return change
    }

    private mutating func note(_ element: Element) {
        guard isNoting else { return }
        if oldElements[element] == nil { oldElements.updateValue(value(element), forKey: element) }
    }

    private mutating func noteChain(_ name: String) {
        guard isNoting else { return }
        if oldChains[name] == nil { oldChains[name] = chains[name] != nil }
    }

    private mutating func noteSet(_ name: String) {
        guard isNoting else { return }
        if oldSets[name] == nil { oldSets[name] = sets[name] != nil }
    }

    private mutating func claim(_ element: Element, _ owner: ServiceName, _ value: String) {
        var all: [(owner: ServiceName, value: String)]
        switch claims[element] {
        case nil:
            claims[element] = .one(owner, value)
            return
        case .one(let other, let its): all = [(other, its)]
        case .several(let others): all = others
        }
        let place = all.firstIndex { $0.owner > owner } ?? all.endIndex
        all.insert((owner, value), at: place)
        claims[element] = .several(all)
    }

    private mutating func withdraw(_ element: Element, _ owner: ServiceName) {
        guard case .several(var all) = claims[element] else {
            claims[element] = nil
            return
        }
        all.removeAll { $0.owner == owner }
        claims[element] = all.count == 1 ? .one(all[0].owner, all[0].value) : .several(all)
    }

    private static func release<Content>(_ name: String, _ shared: inout [String: Shared<Content>])
    {
        guard var entry = shared[name] else { return }
        entry.count -= 1
        shared[name] = entry.count == 0 ? nil : entry
    }
}
