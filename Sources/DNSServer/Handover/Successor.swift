/// A process that asks for the sockets of this server.
public final class Successor {
    let control: ControlSocket
    /// Whether it has got the sockets.
    private(set) var hasSockets = false

    init(_ control: ControlSocket) {
        self.control = control
        control.limitTime(Limits.controlSeconds)
    }

    /// Gives it the sockets; false if it doesn't take them.
    func give(_ sockets: [HandedSocket]) -> Bool {
        hasSockets = true
        return sockets.allSatisfy { control.send(HandoverMessage.text($0), $0.descriptor) }
            && control.send(HandoverMessage.complete)
    }
}

extension Server {
    /// Gives a successor the sockets; both processes have them from then on.
    ///
    /// - Throws: ``ServerError`` if it doesn't take them.
    public func handOver(to successor: Successor) throws(ServerError) {
        guard successor.give(sockets) else {
            throw ServerError(
                "the process that asked for the sockets does not take them",
                mend: "look at what it says"
            )
        }
    }

    /// Answers what has come in, and ends; the successor answers from now on.
    public func stop(for successor: Successor) {
        stop(handsOver: true) { successor.control.send(HandoverMessage.ending) }
    }
}
