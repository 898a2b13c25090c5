internal import CLinuxNet
internal import Glibc

/// What a server's process waits for: signals, and processes that want to take over.
public final class ServerEvents {
    /// Something that happened.
    public enum Event {
        /// A signal came.
        case signal(Int32)
        /// A process asks for the sockets.
        case takeOver(Successor)
        /// The process that got the sockets could start.
        case ready(Successor)
        /// The process that got the sockets has gone.
        case gone(Successor)
        /// Nothing came in the time given.
        case nothing
    }

    private let signals: Int32
    private var control: ControlSocket?
    private var path: String?
    private var successor: Successor?

    /// Keeps signals from this thread and the threads it starts, to be waited for here.
    ///
    /// - Throws: ``ServerError`` if there are no descriptors left.
    public init(signals: [Int32]) throws(ServerError) {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        self.signals = unsafe cln_signal_open(signals, Int32(signals.count))
        guard self.signals >= 0 else { throw ServerError("signalfd: error \(errno)") }
    }

    deinit {
        Glibc.close(signals)
    }

    /// Lets successors ask for the sockets at a path; one that another server listens at is left
    /// alone.
    ///
    /// - Throws: ``ServerError`` that names the path and the reason.
    public func listen(at path: String, replacing: Bool) throws(ServerError) {
        if !replacing, try ControlSocket.connected(to: path) != nil {
            throw ServerError(
                "control socket \(path): another server listens there",
                mend: "give this one a path of its own with --control"
            )
        }
        control = try .listening(at: path)
        self.path = path
    }

    /// Listens no more; the path goes, unless a successor listens there.
    public func close(leavesPath: Bool) {
        control = nil
        if let path, !leavesPath { _ = unsafe unlink(path) }
        path = nil
    }

    /// Whether a process has got the sockets and has not started yet.
    public var isHandingOver: Bool { successor?.hasSockets == true }

    /// Waits for what happens next, but no longer than a time; nil waits without end.
    public func next(within time: Duration? = nil) -> Event {
        let end = time.map { ContinuousClock.now + $0 }
        while true {
            switch wait(until: end) {
            case .none: return .nothing
            case .some(signals):
                let signal = cln_signal_take(signals)
                if signal != 0 { return .signal(signal) }
            case .some(control?.descriptor):
                guard let peer = control?.accept(), peer.isPeerTrusted else { continue }
                successor = Successor(peer)
            default:
                if let event = listenToSuccessor() { return event }
            }
        }
    }

    private func listenToSuccessor() -> Event? {
        guard let successor else { return nil }
        let message = successor.control.receive()
        if let message, message.descriptor >= 0 { Glibc.close(message.descriptor) }
        switch message?.text {
        case HandoverMessage.request where !successor.hasSockets: return .takeOver(successor)
        case HandoverMessage.ready where successor.hasSockets: return .ready(successor)
        default:
            self.successor = nil
            return successor.hasSockets ? .gone(successor) : nil
        }
    }

    /// Forgets a process that asked for the sockets.
    public func drop(_ successor: Successor) {
        if self.successor === successor { self.successor = nil }
    }

    /// Waits for one of the descriptors; nil when the time is over.
    private func wait(until end: ContinuousClock.Instant?) -> Int32? {
        while true {
            let sources = [signals] + [successor?.control ?? control].compactMap { $0?.descriptor }
            var polled = sources.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            let rest = end.map { max(.zero, $0 - .now) }
            let milliseconds = rest.map { rest -> Int32 in
                let (seconds, attoseconds) = rest.components
                // Rounded up, so that it isn't polled in vain for the last part.
                let total = seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1
                return Int32(clamping: total)
            }
            // SAFETY: the array is valid for the length of the call, and passed with its count.
            let count = unsafe poll(&polled, nfds_t(polled.count), milliseconds ?? -1)
            if count > 0, let ready = polled.first(where: { $0.revents != 0 }) { return ready.fd }
            if let end, ContinuousClock.now >= end { return nil }
        }
    }
}
