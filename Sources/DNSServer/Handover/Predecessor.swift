internal import Glibc

/// The running server whose sockets this process takes over.
///
/// It goes on answering until this one could start; only then it is told to end. If anything goes
/// wrong before, it never learns more than that nobody wanted its sockets.
public final class Predecessor: Sendable {
    /// Its sockets, until listeners take them.
    let sockets: SocketInheritance
    private let control: ControlSocket

    /// Asks the server at a control socket for its sockets.
    ///
    /// - Throws: ``ServerError`` if there is none, or it gives none.
    public init(_ path: String) throws(ServerError) {
        guard let control = try ControlSocket.connected(to: path) else {
            throw ServerError(
                "--take-over: no server listens at \(path)",
                mend: "start it without --take-over, or name its socket with --control"
            )
        }
        guard control.isPeerTrusted else {
            throw ServerError(
                "--take-over: the server at \(path) belongs to another user",
                mend: "run this one as the same user"
            )
        }
        control.limitTime(Limits.controlSeconds)
        self.control = control
        control.send(HandoverMessage.request)
        var handed: [HandedSocket] = []
        while let (text, descriptor) = control.receive() {
            if text == HandoverMessage.complete {
                sockets = SocketInheritance(handed)
                return
            }
            guard descriptor >= 0 else { break }
            guard handed.count < Limits.handedSocketCountMax,
                let socket = HandoverMessage.socket(text, descriptor)
            else {
                close(descriptor)
                break
            }
            handed.append(socket)
        }
        for socket in handed { close(socket.descriptor) }
        throw ServerError(
            "--take-over: the server at \(path) gave no sockets",
            mend: "look at its log for the reason"
        )
    }

    /// Tells the predecessor to end, and waits until it takes no more connections.
    ///
    /// - Throws: ``ServerError`` if it has changed its mind.
    func takeOver() throws(ServerError) {
        control.send(HandoverMessage.ready)
        guard let reply = control.receive(), reply.text == HandoverMessage.ending else {
            throw ServerError(
                "--take-over: the server that runs does not end",
                mend: "look at its log for the reason"
            )
        }
    }
}

/// What processes say to each other when one takes over from the other.
enum HandoverMessage {
    /// The successor asks for the sockets; the number tells versions apart.
    static let request = "martlet take-over 1"
    /// The predecessor has sent all sockets.
    static let complete = "complete"
    /// The successor could start.
    static let ready = "ready"
    /// The predecessor takes nothing new.
    static let ending = "ending"

    /// Names a socket.
    static func text(_ socket: HandedSocket) -> String {
        "\(socket.kind.rawValue) \(socket.name)"
    }

    /// Reads the name of a socket.
    static func socket(_ text: String, _ descriptor: Int32) -> HandedSocket? {
        let words = text.split(separator: " ", maxSplits: 1)
        guard words.count == 2, let kind = HandedSocket.Kind(rawValue: String(words[0])) else {
            return nil
        }
        return HandedSocket(kind, String(words[1]), descriptor)
    }
}
