internal import Synchronization

/// Counts open connections, and keeps them below a bound.
final class ConnectionCounter: Sendable {
    private let open = Atomic<Int>(0)

    /// Connections that are open.
    var count: Int { open.load(ordering: .relaxed) }

    /// Counts a connection; false, and not counted, if there are enough.
    func enter() -> Bool {
        let (_, now) = open.add(1, ordering: .relaxed)
        guard now <= Limits.connectionCountMax else {
            leave()
            return false
        }
        return true
    }

    /// Uncounts a connection.
    func leave() {
        open.subtract(1, ordering: .relaxed)
    }
}
