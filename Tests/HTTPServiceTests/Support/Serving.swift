import Addresses
import Foundation
import HTTPService
import SecureTransport
import Synchronization

/// Runs a service on a free port of 127.0.0.1 for as long as a test needs it.
///
/// The test runs on a thread of its own, where it may block: tests share few threads with the
/// handlers that they wait for. Without other limits each step may take a minute, as on a machine
/// that has no time.
func serving(
    _ handlers: [String: HTTPHandler],
    limits: HTTPLimits = SlowClientTests.short(),
    tls: ServerTLS? = nil,
    _ body: @escaping @Sendable (HTTPService, HTTPService.Place) throws -> Void
) async throws {
    let service = HTTPService(
        address: .loopback,
        port: 0,
        tls: tls,
        limits: limits,
        router: HTTPRouter(handlers)
    )
    try await blocking {
        let place = try service.start()
        defer { service.stop(grace: .zero) }
        try body(service, place)
    }
}

/// Runs something that blocks on a thread of its own, as part of the test.
func blocking<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withTaskExecutorPreference(ThreadExecutor()) { try body() }
}

/// Gives each piece of a task a thread of its own.
private final class ThreadExecutor: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread {
            unsafe job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }
}

/// Something that runs on a thread of its own while a test goes on.
final class Background<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let end = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () throws -> Value) {
        Thread.detachNewThread {
            let result = Result { try body() }
            self.result.withLock { $0 = result }
            self.end.signal()
        }
    }

    /// Whether it has come to its end.
    var isDone: Bool { result.withLock { $0 != nil } }

    /// Waits for its end.
    func wait() throws -> Value {
        end.wait()
        defer { end.signal() }
        guard let result = result.withLock({ $0 }) else { preconditionFailure("it is done") }
        return try result.get()
    }
}

extension IPAddress {
    /// 127.0.0.1.
    static let loopback = IPAddress(ipv4: 0x7F00_0001)
}
