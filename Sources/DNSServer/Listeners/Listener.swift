/// Something that takes queries from clients.
///
/// Making one binds its sockets; what comes in is queued by the kernel until it is started. One
/// that was never started closes its sockets when nobody holds it any more.
protocol Listener: AnyObject, Sendable {
    /// Where it listens, with the port that the kernel chose.
    var place: ListenerPlace { get }

    /// Its open sockets, for a successor.
    var sockets: [HandedSocket] { get }

    /// Datagrams that the kernel has dropped because a queue was full.
    var dropCount: UInt64 { get }

    /// Begins to answer.
    ///
    /// - Throws: ``ServerError`` if the system lacks what that needs.
    func start() throws(ServerError)

    /// Looks at the newest configuration, so that the one before can go.
    func refresh()

    /// Takes nothing new; what has come in is still answered.
    ///
    /// - Parameter handsOver: Whether somebody else answers what comes to its sockets from now on.
    func stopAccepting(handsOver: Bool)

    /// Answers what has come in, and closes; it blocks. Call ``stopAccepting(handsOver:)`` first.
    func stop()
}

extension Listener {
    /// None: streams are slowed down instead.
    var dropCount: UInt64 { 0 }
}
