import Glibc

/// Signals that one thread waits for, instead of having them interrupt all threads.
struct SignalWaiter {
    private let set: sigset_t

    /// Keeps signals from this thread and the threads it starts.
    init(for signals: [Int32]) {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        self.set = set
    }

    /// Waits for the next signal.
    func next() -> Int32 {
        var set = set
        var signal: Int32 = 0
        // sigwait fails only for sets with invalid signals, which this one isn't.
        while unsafe sigwait(&set, &signal) != 0 {}
        return signal
    }
}
