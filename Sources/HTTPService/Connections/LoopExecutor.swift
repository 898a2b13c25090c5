internal import NIOCore

/// Runs the tasks of handlers on the thread of their connection's event loop.
///
/// The pool that tasks have otherwise is shared by the whole process: whoever blocks there would
/// keep a probe from its answer.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    /// Makes an executor for an event loop.
    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // SAFETY: the closure holds the executor for as long as the job runs.
        loop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
