import DNSServer
import Glibc

/// Does what signals say to a server that runs, looks for changes of its Corefile, and hands over
/// to a successor, until something says to end.
struct ServerLoop {
    /// How a server has ended.
    enum End {
        /// It was told to; the exit status.
        case done(Int32)
        /// Another process goes on with its sockets.
        case handedOver
    }

    private let server: Server
    private let events: ServerEvents
    private let upgrade: Upgrade

    init(_ server: Server, _ events: ServerEvents, _ upgrade: Upgrade) {
        self.server = server
        self.events = events
        self.upgrade = upgrade
    }

    /// Runs until the server has ended.
    func run() -> End {
        while true {
            Output.flush()
            upgrade.reap()
            switch events.next(within: server.reloadInterval) {
            case .nothing: reloadIfChanged()
            case .signal(SIGHUP) where Terminal.isGone:
                // Whoever closes the window means the end, not a reload.
                Terminal.forget()
                return .done(end("SIGHUP"))
            case .signal(SIGHUP): reload("SIGHUP")
            case .signal(SIGUSR1): reload("SIGUSR1")
            case .signal(SIGUSR2): startSuccessor()
            // As CoreDNS: at once, with what is being answered.
            case .signal(SIGQUIT): return .done(0)
            case .signal(let signal): return .done(end(signal == SIGINT ? "SIGINT" : "SIGTERM"))
            case .takeOver(let successor): handOver(to: successor)
            case .ready(let successor):
                Output.line("[INFO] Another process has taken over: ending")
                Output.flush()
                server.stop(for: successor)
                return .handedOver
            case .gone:
                Output.line("[ERROR] the process that was to take over has gone: this one goes on")
            }
        }
    }

    private func reload(_ name: String) {
        Output.line("[INFO] \(name): Reloading")
        guard !events.isHandingOver else {
            Output.line("[WARNING] not reloaded: another process is taking over")
            return
        }
        do {
            try server.reload()
            tellOfReload()
        } catch {
            Output.line("[ERROR] the configuration stays as it is: \(error)")
        }
    }

    private func reloadIfChanged() {
        guard !events.isHandingOver else { return }
        do {
            if try server.reloadIfChanged() { tellOfReload() }
        } catch {
            Output.line("[ERROR] the configuration stays as it is: \(error)")
        }
    }

    private func tellOfReload() {
        ServerLoop.tellConfiguration(of: server)
        Output.line("[INFO] Reloading complete")
    }

    /// Says which configuration is served, as CoreDNS' `reload` does.
    static func tellConfiguration(of server: Server) {
        guard let digest = server.configurationDigest else { return }
        Output.line("[INFO] plugin/reload: Running configuration SHA512 = \(digest)")
    }

    private func startSuccessor() {
        Output.line("[INFO] SIGUSR2: Upgrading")
        do {
            try upgrade.start()
        } catch {
            Output.line("[ERROR] SIGUSR2: \(error)")
        }
    }

    private func handOver(to successor: Successor) {
        do {
            try server.handOver(to: successor)
        } catch {
            events.drop(successor)
            Output.line("[ERROR] \(error)")
        }
    }

    /// Answers for as long as is configured, and stops.
    ///
    /// A second SIGINT ends at once; other signals end the wait.
    ///
    /// - Returns: The exit status.
    private func end(_ name: String) -> Int32 {
        Output.line("[INFO] \(name): Shutting down servers then terminating")
        server.beginEnding()
        let time = server.lameduck
        if time > .zero {
            Output.line("[INFO] plugin/health: Going into lameduck mode for \(time)")
            Output.flush()
            let end = ContinuousClock.now + time
            waiting: while true {
                switch events.next(within: max(.zero, end - .now)) {
                case .signal(SIGINT): return 2
                case .signal(SIGQUIT): return 0
                case .signal(SIGTERM), .nothing: break waiting
                default: continue
                }
            }
        }
        Output.flush()
        server.stop()
        return 0
    }
}
