import Foundation
import Synchronization

/// A gate at which handlers wait until the test opens it.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let arrivals = DispatchSemaphore(value: 0)

    /// Waits until the gate is open.
    func pass() async {
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            arrivals.signal()
            if goesOn { continuation.resume() }
        }
    }

    /// Waits, on a thread that may block, until so many more have come to the gate.
    func arrival(of count: Int = 1) {
        for _ in 0..<count { _ = arrivals.wait(timeout: .now() + 120) }
    }

    /// Opens the gate for all.
    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
