import Dispatch
import Glibc

/// The signals that tell a command to end, kept from all of the process's threads.
struct EndSignals: Sendable {
    private static let signals = [SIGTERM, SIGINT, SIGHUP]

    /// Keeps the signals from this thread and those that it starts.
    init() {
        var set = EndSignals.set
        // SAFETY: the set is valid for the call.
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    private static var set: sigset_t {
        var set = sigset_t()
        // SAFETY: the set is valid for the calls.
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        return set
    }

    /// Calls `body` on a thread of its own when the first of them comes.
    func watch(_ body: @escaping @Sendable () -> Void) {
        DispatchQueue.global(qos: .userInteractive).async {
            var set = EndSignals.set
            var signal: Int32 = 0
            // SAFETY: both are valid for the call.
            while unsafe sigwait(&set, &signal) != 0 {}
            body()
        }
    }
}
