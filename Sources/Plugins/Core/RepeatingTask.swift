internal import Dispatch
internal import Synchronization

/// Work that is done again and again beside the packet path, on a thread that may wait for files.
///
/// Workers and the slow lane go on meanwhile.
final class RepeatingTask: Sendable {
    private let queue: DispatchQueue
    private let interval: Duration
    private let isStopped = Atomic<Bool>(false)
    private let work: @Sendable () -> Void

    /// Prepares work; an interval of zero means that it is never done.
    init(_ name: String, every interval: Duration, _ work: @escaping @Sendable () -> Void) {
        queue = DispatchQueue(label: "martlet-\(name)", qos: .utility)
        self.interval = interval
        self.work = work
    }

    /// Begins: the work is first done after one interval.
    func start() {
        guard interval > .zero else { return }
        queue.asyncAfter(deadline: .now() + interval.timeInterval) { [weak self] in
            guard let self, !isStopped.load(ordering: .acquiring) else { return }
            work()
            start()
        }
    }

    /// Ends; work that is being done is finished.
    func stop() {
        isStopped.store(true, ordering: .releasing)
    }
}

extension Duration {
    /// The duration for libdispatch.
    var timeInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = components
        // Longer than a year is as good as never.
        let bounded = min(max(0, seconds), 31_536_000)
        return .nanoseconds(Int(bounded) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
    }
}
