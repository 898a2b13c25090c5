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

    /// Waits for the next signal, but no longer than a time.
    ///
    /// - Returns: The signal; nil if none came.
    func next(within time: Duration) -> Int32? {
        let end = ContinuousClock.now + time
        while true {
            let (seconds, attoseconds) = max(.zero, end - .now).components
            var set = set
            var rest = timespec(
                tv_sec: Int(seconds),
                tv_nsec: Int(attoseconds / 1_000_000_000)
            )
            let signal = unsafe sigtimedwait(&set, nil, &rest)
            if signal > 0 { return signal }
            // Another signal than those waited for may interrupt the wait (EINTR).
            if errno == EAGAIN { return nil }
        }
    }
}
