internal import KubernetesModel

/// Brings the kernel's table to what the ledger says, and keeps it there.
struct Programmer {
    /// What a run has done.
    struct Outcome {
        /// Elements that came, went or changed.
        var elementCount = 0
        /// Whether all rules were put in place anew.
        var isReplacement = false
    }

    private let filter: PacketFilter
    private let statics: StaticRules
    private let settings: ProxySettings
    /// Chains and sets that nothing leads to any more.
    private var staleChains: Set<String> = []
    private var staleSets: Set<String> = []
    /// Those of the chains that are empty already.
    private var flushed: Set<String> = []
    private var sweepTime = ContinuousClock.now
    /// The number of the ruleset after the last transaction.
    private var generation: UInt32?
    /// Whether somebody else has changed rules since the table was looked at.
    private var isTouched = false

    init(_ settings: ProxySettings) throws(ProxyError) {
        self.settings = settings
        statics = StaticRules(settings)
        filter = try PacketFilter()
    }

    /// Whether something is left to be removed.
    var hasStale: Bool { !staleChains.isEmpty || !staleSets.isEmpty }

    /// Looks at the table in the kernel, and changes what is different; a table of another shape
    /// is replaced in one step.
    mutating func resync(_ ledger: RuleLedger) throws(ProxyError) -> Outcome {
        staleChains = []
        staleSets = []
        flushed = []
        isTouched = false
        generation = filter.generation
        if let json = try filter.table(), let installed = InstalledTable(json: json),
            let change = RuleChange(from: installed, to: ledger, statics)
        {
            do throws(ProxyError) {
                return try apply(change)
            } catch {
                // The table was changed meanwhile, or is not what it seems.
                guard error.code == .refused else { throw error }
            }
        }
        staleChains = []
        staleSets = []
        try commit(TableText(settings, ledger).replacement)
        return Outcome(elementCount: ledger.elementCount, isReplacement: true)
    }

    /// Carries out a change as one transaction.
    mutating func apply(_ change: RuleChange) throws(ProxyError) -> Outcome {
        var carried = change
        // Of what was to be removed and is used again, only what is gone is made again.
        carried.addedChains.removeAll {
            staleChains.contains($0.name) && !flushed.contains($0.name)
        }
        carried.addedSets.removeAll { staleSets.contains($0.name) }
        if !carried.isEmpty { try commit(carried.commands) }
        note(change)
        return Outcome(
            elementCount: change.elementCount,
            isReplacement: !change.resetChains.isEmpty
        )
    }

    /// Keeps the books of what is no longer used.
    private mutating func note(_ change: RuleChange) {
        for (name, _) in change.addedChains {
            staleChains.remove(name)
            flushed.remove(name)
        }
        for (name, _) in change.addedSets { staleSets.remove(name) }
        guard !change.staleChains.isEmpty || !change.staleSets.isEmpty else { return }
        staleChains.formUnion(change.staleChains)
        staleSets.formUnion(change.staleSets)
        sweepTime = .now + ProxyLimits.staleTime
    }

    /// Removes what has not been used for a while.
    mutating func sweep() {
        guard hasStale, ContinuousClock.now >= sweepTime else { return }
        let table = "inet \(ProxyLimits.table)"
        let chains = staleChains.sorted()
        var commands = chains.map { "flush chain \(table) \($0)\n" }.joined()
        let flush = commands
        commands += chains.map { "delete chain \(table) \($0)\n" }.joined()
        commands += staleSets.sorted().map { "delete set \(table) \($0)\n" }.joined()
        if (try? commit(commands)) != nil {
            staleChains = []
            staleSets = []
            flushed = []
        } else {
            // Kernels before 6.2 want the rules gone first, and a while to pass.
            if (try? commit(flush)) != nil { flushed = staleChains }
            sweepTime = .now + ProxyLimits.staleRetryTime
        }
    }

    /// Carries out commands as one transaction.
    private mutating func commit(_ commands: String) throws(ProxyError) {
        _ = wasTouched()
        defer { generation = filter.generation }
        try filter.run(commands)
    }

    /// Whether somebody else may have changed the table since it was looked at.
    mutating func wasTouched() -> Bool {
        if let generation, let now = filter.generation, now != generation { isTouched = true }
        return isTouched
    }

    /// Removes the table; nothing happens if there is none.
    static func removeTable() throws(ProxyError) {
        let table = "inet \(ProxyLimits.table)"
        try PacketFilter().run("add table \(table)\ndelete table \(table)\n")
    }
}
