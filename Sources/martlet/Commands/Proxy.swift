import Addresses
import ArgumentParser
import Glibc
import Registry
import ServiceProxy

/// `martlet proxy`: the traffic behind services.
struct ProxyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxy",
        abstract: "Lead traffic for services to their endpoints, as kube-proxy does.",
        discussion: """
            Programs nftables so that cluster IPs, node ports, load-balancer addresses and \
            external IPs lead to a random ready endpoint, and follows every change of the \
            registry. All rules are in one table, `inet martlet`. They stay when the proxy ends, \
            so that it can be started anew without losing a connection; `martlet proxy cleanup` \
            removes them.

              martlet proxy
              martlet proxy --dry-run
              martlet proxy cleanup

            It needs CAP_NET_ADMIN and libnftables. What it programs is told in docs/proxy.md.
            """,
        subcommands: [ProxyRun.self, ProxyCleanup.self],
        defaultSubcommand: ProxyRun.self
    )
}

/// `martlet proxy run`, which is what `martlet proxy` does.
struct ProxyRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Set the rules and follow the registry (the default)."
    )

    @Flag(help: "Print the ruleset in nft's language, and change nothing.")
    var dryRun = false

    @Flag(name: .shortAndLong, help: "Tell of every change.")
    var verbose = false

    @OptionGroup var proxy: ProxyOptions
    @OptionGroup var registry: RegistryOptions
    @OptionGroup var cluster: SettingsOptions

    func run() throws {
        if !dryRun { try ProxyCommand.checkPermission() }
        // Before any thread starts, so that all of them leave these signals to the one that waits.
        let ending = dryRun ? nil : EndSignals()
        let registry = try registry.open(cluster.requested())
        defer { registry.close() }
        let settings = try proxy.settings(registry.settings)
        guard let ending else { return try printRules(registry, settings) }
        for warning in ProxyLoop.warnings(settings) {
            Output.line("[WARNING] \(warning)")
        }
        Output.flush()
        let cancellation = WaitCancellation()
        ending.watch { cancellation.cancel() }
        let isVerbose = verbose
        try ProxyCommand.explained {
            try ProxyLoop.run(
                registry: registry,
                settings: settings,
                cancellation: cancellation
            ) { report in
                if case .changed = report, !isVerbose { return }
                Output.line(report.description)
                Output.flush()
            }
        }
        Output.line("[INFO] the rules stay; `martlet proxy cleanup` removes them")
    }

    private func printRules(_ registry: Registry, _ settings: ProxySettings) throws {
        let (text, problems) = try ProxyLoop.ruleset(registry: registry, settings: settings)
        for problem in problems { Output.error("warning: left out: \(problem)") }
        Output.write(text)
    }
}

/// `martlet proxy cleanup`.
struct ProxyCleanup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cleanup",
        abstract: "Remove all rules of the proxy."
    )

    func run() throws {
        try ProxyCommand.checkPermission()
        try ProxyCommand.explained { try ProxyLoop.removeRules() }
    }
}

extension ProxyCommand {
    /// Refuses at once where the packet filter can't be changed.
    static func checkPermission() throws {
        guard HostFacts.mayFilterPackets else {
            throw Failure(
                "programming nftables needs CAP_NET_ADMIN: run as root, or `setcap"
                    + " cap_net_admin+ep` the program",
                status: .noPermission
            )
        }
    }

    /// Runs `body`, and gives errors of the proxy the program's form and exit status.
    static func explained(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as ProxyError {
            let status: Failure.Status =
                switch error.code {
                case .noPermission: .noPermission
                case .noLibrary: .unavailable
                case .refused, .busy: .refused
                }
            throw Failure("\(error)", status: status)
        }
    }
}
