import Foundation
import Synchronization

/// Runs `other` on a thread of its own while `body` runs here, and waits for both.
func onThread(
    _ other: @escaping @Sendable () throws -> Void,
    _ body: () throws -> Void
) throws {
    let done = DispatchSemaphore(value: 0)
    let box = FailureBox()
    Thread.detachNewThread {
        do { try other() } catch { box.error.withLock { $0 = error } }
        done.signal()
    }
    try body()
    done.wait()
    if let error = box.error.withLock({ $0 }) { throw error }
}

private final class FailureBox: Sendable {
    let error = Mutex<(any Error)?>(nil)
}
