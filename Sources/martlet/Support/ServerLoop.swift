import DNSServer
import Glibc

/// Does what signals say to a server that runs, and looks for changes of its Corefile, until a
/// signal says to end.
struct ServerLoop {
    private let server: Server
    private let signals: SignalWaiter

    init(_ server: Server, _ signals: SignalWaiter) {
        self.server = server
        self.signals = signals
    }

    /// Runs until the server has ended.
    func run() {
        while true {
            Output.flush()
            let signal = server.reloadInterval.map { signals.next(within: $0) } ?? signals.next()
            switch signal {
            case nil: reloadIfChanged()
            case SIGHUP, SIGUSR1: reload(signal == SIGHUP ? "SIGHUP" : "SIGUSR1")
            case SIGQUIT: return
            default:
                end(signal == SIGINT ? "SIGINT" : "SIGTERM")
                return
            }
        }
    }

    private func reload(_ name: String) {
        Output.line("[INFO] \(name): Reloading")
        do {
            try server.reload()
            Output.line("[INFO] Reloading complete")
        } catch {
            Output.line("[ERROR] the configuration stays as it is: \(error)")
        }
    }

    private func reloadIfChanged() {
        do {
            if try server.reloadIfChanged() { Output.line("[INFO] Reloading complete") }
        } catch {
            Output.line("[ERROR] the configuration stays as it is: \(error)")
        }
    }

    /// Answers for as long as is configured, or until a second signal, and stops.
    private func end(_ name: String) {
        Output.line("[INFO] \(name): Shutting down servers then terminating")
        server.beginEnding()
        let time = server.lameduck
        if time > .zero {
            Output.line("[INFO] plugin/health: Going into lameduck mode for \(time)")
            Output.flush()
            let end = ContinuousClock.now + time
            while let signal = signals.next(within: max(.zero, end - .now)) {
                if signal != SIGHUP, signal != SIGUSR1 { break }
            }
        }
        Output.flush()
        server.stop()
    }
}
