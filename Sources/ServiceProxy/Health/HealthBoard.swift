internal import Synchronization

/// What health checks are answered with: the proxy's thread writes it, the event loop reads it.
final class HealthBoard: Sendable {
    private struct State {
        var checks: [Int: HealthCheck] = [:]
        var isHealthy = true
        var connectionCount = 0
    }

    private let state = Mutex(State())

    /// Sets what is answered on each port.
    func set(_ checks: [Int: HealthCheck]) { state.withLock { $0.checks = checks } }

    /// Sets whether the rules are those of the registry.
    func set(isHealthy: Bool) { state.withLock { $0.isHealthy = isHealthy } }

    /// What is answered on a port; nil if it is no service's any more.
    func reply(_ port: Int) -> (check: HealthCheck, isHealthy: Bool)? {
        state.withLock { state in state.checks[port].map { ($0, state.isHealthy) } }
    }

    /// Counts a connection in; false if there are too many.
    func enter() -> Bool {
        state.withLock { state in
            guard state.connectionCount < ProxyLimits.healthConnectionsMax else { return false }
            state.connectionCount += 1
            return true
        }
    }

    /// Counts a connection out.
    func leave() { state.withLock { $0.connectionCount -= 1 } }
}
