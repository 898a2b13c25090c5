internal import CLinuxNet
internal import Glibc

/// A thread of its own: for loops that block in the kernel, which tasks must not.
final class WorkerThread: Sendable {
    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    // A pthread_t is a number on Linux.
    private let thread: pthread_t

    /// Starts a thread, which `ps -L` shows by the name: at most 15 octets.
    ///
    /// - Throws: ``ServerError`` if the system refuses another thread.
    init(name: String, _ run: @escaping @Sendable () -> Void) throws(ServerError) {
        var thread = pthread_t()
        let body = unsafe Unmanaged.passRetained(Body(name: name, run: run))
        // SAFETY: the reference passed on is taken back exactly once, by the new thread.
        let code = unsafe pthread_create(
            &thread,
            nil,
            { context in
                guard let context = unsafe context else { return nil }
                let body = unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
                unsafe cln_name_thread(body.name)
                body.run()
                return nil
            },
            body.toOpaque()
        )
        guard code == 0 else {
            unsafe body.release()
            throw ServerError("no thread could be started (error \(code))")
        }
        self.thread = thread
    }

    /// Waits until the thread has ended; call it once.
    func join() {
        _ = pthread_join(thread, nil)
    }
}
