import Dispatch
import Registry
import ServiceProxy
import Synchronization

/// The proxy of services, at work beside a server in the same process.
final class ProxyThread: Sendable {
    /// How far the proxy is, as revisions of a signal.
    private enum Progress {
        static let running: Revision = 1
        static let ended: Revision = 2
    }

    private let cancellation = WaitCancellation()
    private let progress = ChangeSignal()
    private let failure = Mutex<(any Error)?>(nil)

    /// Sets the rules, and follows the registry from then on.
    ///
    /// Signals must be blocked before: the thread must not take them from the one that waits.
    ///
    /// - Throws: `ProxyError` if the rules can't be set.
    init(_ registry: Registry, _ settings: ProxySettings) throws {
        DispatchQueue.global(qos: .userInteractive).async { [self] in
            do {
                try ProxyLoop.run(
                    registry: registry,
                    settings: settings,
                    cancellation: cancellation
                ) { [self] in show($0) }
            } catch {
                failure.withLock { [error] in $0 = error }
            }
            progress.publish(Progress.ended)
        }
        _ = try progress.wait(after: 0, timeout: nil, cancellation: nil)
        if let error = failure.withLock({ $0 }) { throw error }
    }

    private func show(_ report: ProxyReport) {
        switch report {
        case .synced: progress.publish(Progress.running)
        case .warning, .failure:
            Output.line(report.description)
            Output.flush()
        case .changed, .forgotFlows: break
        }
    }

    /// Follows the registry no more; the rules stay.
    func stop() throws {
        cancellation.cancel()
        _ = try progress.wait(after: Progress.running, timeout: nil, cancellation: nil)
    }
}
