internal import Synchronization

/// The handlers of a service, by path; they may change while requests go on.
///
/// A request that has begun goes on with the handler that it began with.
public final class HTTPRouter: Sendable {
    private let handlers: Mutex<[String: HTTPHandler]>

    /// Creates a router with the handlers of some paths.
    public init(_ handlers: [String: HTTPHandler] = [:]) {
        self.handlers = Mutex(handlers)
    }

    /// The handler of a path; setting nil takes the path away.
    public subscript(path: String) -> HTTPHandler? {
        get { handlers.withLock { $0[path] } }
        set { handlers.withLock { $0[path] = newValue } }
    }

    /// Puts other handlers in the place of all, at once.
    public func replaceAll(by others: [String: HTTPHandler]) {
        handlers.withLock { $0 = others }
    }

    /// Whether there is no path, so that nobody needs the service.
    public var isEmpty: Bool { handlers.withLock(\.isEmpty) }
}
