internal import Addresses
internal import KubernetesModel
public import Registry

/// The service proxy: follows a registry, and keeps the kernel's packet filter so that traffic to
/// services reaches their endpoints, as kube-proxy does in its nftables mode.
///
/// - Note: The target imports no Foundation. Everything up to `TableText` and `RuleChange` is pure;
///   `Programmer`, `PacketFilter` and `Flows` touch the kernel.
public enum ProxyLoop {
    /// The desired rules of a registry, in nft's language.
    ///
    /// - Throws: ``RegistryError`` if the registry can't be read.
    public static func ruleset(
        registry: Registry,
        settings: ProxySettings
    ) throws -> (text: String, problems: [String]) {
        var book = RuleBook(settings)
        _ = try book.load(registry.store)
        _ = book.makeRules()
        return (TableText(book.settings, book.ledger).text, book.takeProblems())
    }

    /// Keeps the rules up to date until the cancellation, or until the registry is closed.
    ///
    /// The rules stay when it ends: ``removeRules()`` removes them. The calling thread is blocked.
    ///
    /// - Parameters:
    ///   - registry: Where the services are.
    ///   - settings: The node and its network.
    ///   - cancellation: Ends the work from any thread.
    ///   - report: Called on this thread with what is done.
    /// - Throws: ``ProxyError`` if the rules can't be set at the start; later failures are
    ///   reported and tried again.
    public static func run(
        registry: Registry,
        settings: ProxySettings,
        cancellation: WaitCancellation,
        report: @escaping (ProxyReport) -> Void
    ) throws {
        let lock = try ProxyLock()
        defer { withExtendedLifetime(lock) {} }
        var worker = try ProxyWorker(registry.store, settings, report)
        defer { worker.stop() }
        try worker.start()
        while !cancellation.isCancelled {
            do {
                try worker.step(cancellation)
            } catch RegistryError.closed {
                return
            } catch {
                if cancellation.isCancelled { return }
                report(.failure("\(error)"))
                worker.fail()
                _ = try? ChangeSignal().wait(
                    after: 0,
                    timeout: ProxyLimits.retryTime,
                    cancellation: cancellation
                )
            }
        }
    }

    /// Removes all rules of the proxy.
    ///
    /// - Throws: ``ProxyError`` if a proxy is at work, or the rules can't be removed.
    public static func removeRules() throws(ProxyError) {
        let lock = try ProxyLock()
        defer { withExtendedLifetime(lock) {} }
        try Programmer.removeTable()
    }

    /// What is worth a warning on this host, with what mends it.
    public static func warnings(_ settings: ProxySettings) -> [String] {
        var found: [String] = []
        let legacy = HostFacts.legacyTables
        if !legacy.isEmpty {
            found.append(
                "rules of \(legacy.joined(separator: ", ")) are in force beside nftables and may"
                    + " drop or change traffic of services: move them to nftables"
                    + " (iptables-restore-translate)"
            )
        }
        if !settings.hasIPv6 {
            found.append("IPv6 is off in this network namespace: rules are made for IPv4 only")
        }
        for family in settings.families where !HostFacts.forwards(ipv4: family == .ipv4) {
            let name = family == .ipv4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding"
            found.append("\(name) is 0: pods and others can't reach endpoints: sysctl -w \(name)=1")
        }
        return found
    }
}
