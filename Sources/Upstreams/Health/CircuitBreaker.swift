/// Leaves an upstream alone that fails time after time, and tries it again now and then.
struct CircuitBreaker {
    private var failures = 0
    private var level = 0
    private var openUntil: UInt64 = 0

    /// Whether the upstream may be asked.
    func allows(_ now: UInt64) -> Bool {
        now >= openUntil
    }

    /// Whether it has failed time after time, and not answered since.
    var isOnTrial: Bool { level > 0 }

    /// Takes in an answer.
    mutating func succeeded() {
        failures = 0
        level = 0
        openUntil = 0
    }

    /// Takes in a failure.
    ///
    /// Failures that come while the upstream is left alone belong to questions asked before. After
    /// the pause one more failure is enough to begin a longer one.
    mutating func failed(_ now: UInt64, random: UInt64) {
        guard now >= openUntil else { return }
        failures += 1
        guard failures >= (level == 0 ? Limits.breakerFailureCount : 1) else { return }
        failures = 0
        let pause = min(
            Limits.breakerPause.nanoseconds << UInt64(min(level, 16)),
            Limits.breakerPauseMax.nanoseconds
        )
        level += 1
        // From half the pause to all of it, so that many servers don't come back at once.
        openUntil = now + pause / 2 + random % (pause / 2)
    }
}
