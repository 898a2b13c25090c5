import Dispatch
import Foundation
import Synchronization

/// How a thread ended that a test started.
final class EndingBox: Sendable {
    private enum State {
        case running
        case ended((any Error)?)
    }

    private let state = Mutex(State.running)
    private let end = DispatchSemaphore(value: 0)

    /// Runs a body on a thread of its own.
    func run(_ body: @escaping @Sendable () throws -> Void) {
        Thread.detachNewThread { [self] in
            var ending: (any Error)?
            do { try body() } catch { ending = error }
            let result = ending
            state.withLock { [result] in $0 = .ended(result) }
            end.signal()
        }
    }

    /// Waits until the thread has ended, and returns its error; nil if there is none.
    func wait() -> (any Error)? {
        guard end.wait(timeout: .now() + 60) == .success else {
            return Trouble("the thread runs on")
        }
        // Others may ask, too.
        end.signal()
        guard case .ended(let error) = state.withLock({ $0 }) else { return nil }
        return error
    }
}
