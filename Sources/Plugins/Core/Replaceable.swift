internal import AnswerCache
internal import Synchronization

/// An immutable object that is replaced now and then, and that workers read without a lock and
/// without counting.
///
/// `@unchecked Sendable`: what changes is atomic, or guarded by the mutex. The object that `newest`
/// points at is held by `state`; one that was replaced is held on until no worker can be reading
/// it (see `ReaderEpochs`).
@safe
final class Replaceable<Value: AnyObject & Sendable>: @unchecked Sendable {
    private struct State {
        var value: Value
        var retired: [(value: Value, epoch: UInt64)] = []
    }

    private let newest: Atomic<Unmanaged<Value>>
    private let state: Mutex<State>
    private let epochs: ReaderEpochs

    /// Starts with a first object.
    init(_ value: Value, _ epochs: ReaderEpochs) {
        unsafe newest = Atomic(.passUnretained(value))
        state = Mutex(State(value: value))
        self.epochs = epochs
    }

    /// The newest object; counted, hence outside of the packet path only.
    var current: Value { state.withLock { $0.value } }

    /// Replaces the object; callable from any thread, not from the packet path.
    func replace(with value: Value) {
        let free = state.withLock { state in
            let old = state.value
            state.value = value
            unsafe newest.store(.passUnretained(value), ordering: .sequentiallyConsistent)
            state.retired.append((old, epochs.retirementEpoch))
            let oldest = epochs.oldestReadingEpoch()
            let free = state.retired.filter { $0.epoch < oldest }
            state.retired.removeAll { $0.epoch < oldest }
            return free.map(\.value)
        }
        // Freed when the lock is not held any more.
        withExtendedLifetime(free) {}
    }

    /// Reads the newest object in the packet path.
    func read<Result>(
        _ transaction: borrowing Transaction,
        _ body: (Value) -> Result
    ) -> Result {
        // A thread that has no right to read without counting counts.
        guard transaction.isReading else { return body(current) }
        // SAFETY: the worker is inside an epoch until its batch ends, so that the object it finds
        // here is not freed before.
        return unsafe newest.load(ordering: .sequentiallyConsistent)
            ._withUnsafeGuaranteedRef { body($0) }
    }
}

extension Transaction {
    /// Whether the thread may read what is replaced without counting.
    var isReading: Bool { unsafe desk.pointee.epoch?.isActive ?? false }
}
