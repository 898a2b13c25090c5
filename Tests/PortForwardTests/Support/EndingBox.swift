import Foundation
import Synchronization

/// How a thread ended that a test started.
final class EndingBox: Sendable {
    private enum State {
        case running
        case ended((any Error)?)
    }

    private let state = Mutex(State.running)

    /// Runs a body on a thread of its own.
    func run(_ body: @escaping @Sendable () throws -> Void) {
        Thread.detachNewThread { [self] in
            var ending: (any Error)?
            do { try body() } catch { ending = error }
            let result = ending
            state.withLock { [result] in $0 = .ended(result) }
        }
    }

    /// Waits until the thread has ended, and returns its error; nil if there is none.
    func wait() -> (any Error)? {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if case .ended(let error) = state.withLock({ $0 }) { return error }
            usleep(1000)
        }
        return Trouble("the thread runs on")
    }
}
