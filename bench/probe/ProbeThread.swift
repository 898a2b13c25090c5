import Glibc

/// Threads of the probe: tasks must not block.
enum ProbeThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread; join it once.
    static func start(_ run: @escaping @Sendable () -> Void) throws -> pthread_t {
        var thread = pthread_t()
        let body = unsafe Unmanaged.passRetained(Body(run))
        // SAFETY: the reference passed on is taken back exactly once, by the new thread.
        let code = unsafe pthread_create(
            &thread,
            nil,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            },
            body.toOpaque()
        )
        guard code == 0 else {
            unsafe body.release()
            throw ProbeError.thread(code)
        }
        return thread
    }
}
