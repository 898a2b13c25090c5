internal import Synchronization

/// How often a certificate could not be got, and when it may be tried again: kept by the process,
/// so that a reload is no reason to bother a CA.
public final class AttemptLedger: Sendable {
    private struct Entry {
        var failures = 0
        var next = 0
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// Creates a ledger without attempts.
    public init() {}

    /// When a certificate may be asked for, by its file, in seconds since 1970; nil if the last
    /// attempt was no failure.
    func next(_ file: String) -> Int? { entries.withLock { $0[file]?.next } }

    /// Notes a failure, and when the next attempt is.
    ///
    /// - Returns: Seconds until then.
    func fail(_ file: String, _ error: ACMEError, now: Int) -> Int {
        entries.withLock { entries in
            var entry = entries[file] ?? Entry()
            entry.failures += 1
            let delay = RenewalSchedule.delay(
                failures: entry.failures,
                retryAfter: error.retryAfter,
                random: .random(in: 0...1)
            )
            entry.next = now + delay
            entries[file] = entry
            return delay
        }
    }

    /// Forgets the failures.
    func succeed(_ file: String) {
        entries.withLock { $0[file] = nil }
    }
}
