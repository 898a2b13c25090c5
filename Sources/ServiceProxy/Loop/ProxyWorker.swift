internal import Registry

/// The state of a proxy that runs: the rules as they should be, and how far the registry was read.
struct ProxyWorker {
    private let store: any RegistryStore
    private let report: (ProxyReport) -> Void
    private var book: RuleBook
    private var programmer: Programmer
    private let health: HealthServer
    private let link: KernelLink
    private var revision: Revision = 0
    private var glanceTime = ContinuousClock.now
    /// Whether the kernel's table must be looked at, because something failed.
    private var needsResync = false

    init(
        _ store: any RegistryStore,
        _ settings: ProxySettings,
        _ report: @escaping (ProxyReport) -> Void
    ) throws(ProxyError) {
        self.store = store
        self.report = report
        book = RuleBook(settings)
        programmer = try Programmer(settings)
        health = HealthServer(settings)
        link = try KernelLink()
    }

    /// Reads the registry and brings the kernel's table to it.
    mutating func start() throws {
        let start = ContinuousClock.now
        revision = try book.load(store)
        _ = book.makeRules()
        reportProblems()
        try resync(since: start)
        answerHealthChecks()
    }

    /// Waits for a change and carries it out; meanwhile looks after what is there.
    mutating func step(_ cancellation: WaitCancellation) throws {
        if needsResync {
            needsResync = false
            try start()
        }
        let newer = try store.waitForChange(
            after: revision,
            timeout: ProxyLimits.glanceTime,
            cancellation: cancellation
        )
        if cancellation.isCancelled { return }
        if let newer, newer > revision { try follow() }
        answerHealthChecks()
        programmer.sweep()
        try glance()
    }

    /// Notes that the rules may not be those of the registry, until they are looked at again.
    mutating func fail() {
        health.set(isHealthy: false)
        needsResync = true
    }

    /// Ends what goes on beside; the rules stay.
    func stop() { health.stop() }

    private func answerHealthChecks() {
        health.set(isHealthy: true)
        for problem in health.answer(book.ledger.healthChecks) { report(.warning(problem)) }
    }

    /// Takes over all changes that there are by now, with one transaction.
    private mutating func follow() throws {
        let start = ContinuousClock.now
        do {
            let batch = try store.storedChanges(
                after: revision,
                limit: ProxyLimits.changeBatchCount
            )
            for change in batch.changes { book.take(change) }
            revision = batch.revision
        } catch RegistryError.compacted, RegistryError.revisionTooNew {
            // The log doesn't reach back, or belongs to another registry: start anew.
            return try self.start()
        }
        let count = book.touchedCount
        let fronts = book.makeRules()
        reportProblems()
        let change = book.takeChange()
        do throws(ProxyError) {
            let outcome = try programmer.apply(change)
            if outcome.elementCount > 0 {
                report(
                    .changed(
                        services: count,
                        elements: outcome.elementCount,
                        seconds: seconds(since: start)
                    )
                )
            }
        } catch {
            guard error.code == .refused else { throw error }
            // Somebody has been at the table.
            report(.failure("\(error): setting the rules anew"))
            try resync(since: start)
        }
        forgetFlows(book.ledger.flows(fronts))
    }

    /// Puts the table back if somebody else, such as `nft flush ruleset`, has changed it.
    private mutating func glance() throws {
        guard ContinuousClock.now >= glanceTime, programmer.wasTouched() else { return }
        let start = ContinuousClock.now
        let outcome = try programmer.resync(book.ledger)
        let spent = ContinuousClock.now - start
        // Another program may change its own rules all the time: looking must not eat the machine.
        glanceTime = .now + max(ProxyLimits.glanceTime, spent * 20)
        guard outcome.elementCount > 0 || outcome.isReplacement else { return }
        report(.warning("another program has changed table inet \(ProxyLimits.table): set right"))
    }

    private mutating func resync(since start: ContinuousClock.Instant) throws(ProxyError) {
        _ = book.takeChange()
        let outcome = try programmer.resync(book.ledger)
        report(
            .synced(
                services: book.serviceCount,
                elements: book.ledger.elementCount,
                seconds: seconds(since: start),
                isReplacement: outcome.isReplacement
            )
        )
        forgetFlows(book.ledger.flows)
    }

    private func forgetFlows(_ fronts: [FlowFront: Set<Backend.Place>]) {
        guard !fronts.isEmpty else { return }
        let addresses = HostFacts.addresses()
        let count = Flows.forgetStale(fronts, over: link) { addresses.contains($0) }
        if count > 0 { report(.forgotFlows(count)) }
    }

    private mutating func reportProblems() {
        for problem in book.takeProblems() { report(.warning("left out: \(problem)")) }
    }

    private func seconds(since start: ContinuousClock.Instant) -> Double {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
