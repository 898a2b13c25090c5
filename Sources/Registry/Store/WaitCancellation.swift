import Synchronization

/// A handle that ends a blocking wait from another thread.
public final class WaitCancellation: Sendable {
    private struct State {
        var isCancelled = false
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Creates a handle.
    public init() {}

    /// Whether ``cancel()`` was called.
    public var isCancelled: Bool {
        state.withLock { $0.isCancelled }
    }

    /// Ends the wait that uses this handle, now and in the future.
    public func cancel() {
        let wake = state.withLock { state in
            state.isCancelled = true
            return state.wake
        }
        wake?()
    }

    /// Sets what wakes the waiting thread; a store calls it when a wait begins.
    public func onCancel(_ wake: @escaping @Sendable () -> Void) {
        state.withLock { $0.wake = wake }
    }
}
