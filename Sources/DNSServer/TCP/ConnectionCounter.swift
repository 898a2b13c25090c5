internal import Synchronization

/// Counts open connections, and keeps them below a bound.
final class ConnectionCounter: Sendable {
    private let open = Atomic<Int>(0)
    private let limit: Int

    /// Creates a counter for at most `limit` connections.
    init(limit: Int) {
        self.limit = limit
    }

    /// Connections that are open.
    var count: Int { open.load(ordering: .relaxed) }

    /// Counts a connection; false, and not counted, if there are enough.
    func enter() -> Bool {
        let now = open.add(1, ordering: .relaxed).newValue
        guard now <= limit else {
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
