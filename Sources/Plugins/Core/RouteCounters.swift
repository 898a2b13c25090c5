public import Metrics
internal import Synchronization

/// Counters whose labels depend on the way that a query took to its chain: server and view.
///
/// They are registered when the first query of a way is counted; after that, counting is a look at
/// a short list, without a lock.
@safe
public final class RouteCounters: Sendable {
    /// The counters of one way.
    ///
    /// `@unchecked Sendable`: all properties are immutable; `next` is held by `entries` for as long
    /// as this one.
    @safe
    private final class Entry: @unchecked Sendable {
        /// Held so that its address stays this one's alone.
        let route: RouteInfo?
        let counters: PlainArray<Counter>
        let next: Unmanaged<Entry>?

        init(_ route: RouteInfo?, _ counters: [Counter], _ next: Unmanaged<Entry>?) {
            self.route = route
            self.counters = PlainArray(counters)
            unsafe self.next = unsafe next
        }

        func isFor(_ address: UnsafeMutableRawPointer?) -> Bool {
            guard let route else { return unsafe address == nil }
            return unsafe Unmanaged.passUnretained(route).toOpaque() == address
        }
    }

    private let newest = unsafe Atomic<Unmanaged<Entry>?>(nil)
    private let entries = Mutex<[Entry]>([])
    private let make: @Sendable (RouteInfo?) -> [Counter]

    /// Creates counters that `make` registers for each way; nil is the way of a query without one.
    public init(_ make: @escaping @Sendable (RouteInfo?) -> [Counter]) {
        self.make = make
    }

    /// Counts a query in the counter with an index in what `make` returned.
    public func count(_ index: Int, _ transaction: borrowing Transaction) {
        let address = unsafe transaction.route?.toOpaque()
        var entry = unsafe newest.load(ordering: .acquiring)
        while let candidate = unsafe entry {
            // SAFETY: entries are held by `entries` for as long as this object.
            let isFound = unsafe candidate._withUnsafeGuaranteedRef { entry in
                guard unsafe entry.isFor(address) else { return false }
                transaction.metrics.add(entry.counters[index])
                return true
            }
            if isFound { return }
            unsafe entry = candidate._withUnsafeGuaranteedRef { unsafe $0.next }
        }
        register(transaction)
        count(index, transaction)
    }

    private func register(_ transaction: borrowing Transaction) {
        let route = unsafe transaction.route?.takeUnretainedValue()
        entries.withLock { entries in
            // Another thread may have been faster.
            guard !entries.contains(where: { $0.route === route }) else { return }
            let next = unsafe newest.load(ordering: .relaxed)
            let entry = unsafe Entry(route, make(route), next)
            entries.append(entry)
            unsafe newest.store(.passUnretained(entry), ordering: .releasing)
        }
    }
}
