internal import Glibc

/// Says that something did not come in time.
public struct NeverCame: Error, CustomStringConvertible {
    /// What did not come, and in what time.
    public let description: String
}

/// Waits until something is true.
///
/// For what no event tells of, as another process's doing; it is asked for often.
///
/// - Parameters:
///   - title: What is waited for.
///   - seconds: The longest time to wait: many times what it takes, as machines may be busy.
///   - condition: Whether it has come.
/// - Throws: ``NeverCame`` after the deadline, or what the condition throws.
public func eventually(
    _ title: String = "the condition",
    seconds: Double = 120,
    _ condition: () throws -> Bool
) throws {
    let deadline = ContinuousClock.now + .milliseconds(Int(seconds * 1000))
    // What comes at once is seen at once; what takes long isn't asked for too often.
    var pause: Int32 = 1
    while try !condition() {
        guard ContinuousClock.now < deadline else {
            throw NeverCame(description: "not in \(seconds) s: \(title)")
        }
        _ = poll(nil, 0, pause)
        pause = min(pause * 2, 20)
    }
}
