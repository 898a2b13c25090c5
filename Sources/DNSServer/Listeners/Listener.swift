internal import HTTPService

/// Something that takes queries from clients.
protocol Listener: AnyObject, Sendable {
    /// Where it listens, with the port that the kernel chose.
    var place: ListenerPlace { get }

    /// Its open sockets, for a successor.
    var sockets: [HandedSocket] { get }

    /// Datagrams that the kernel has dropped because a queue was full.
    var dropCount: UInt64 { get }

    /// Takes nothing new; what has come in is still answered.
    func stopAccepting()

    /// Answers what has come in, and closes; it blocks.
    func stop()
}

extension Listener {
    /// None: streams are slowed down instead.
    var dropCount: UInt64 { 0 }
}
