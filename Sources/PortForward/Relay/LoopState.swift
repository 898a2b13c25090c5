internal import NIOCore

/// The connections of a forwarder; it belongs to the forwarder's event loop, as do all channels.
final class LoopState {
    private let countMax: Int
    private var connections: [ObjectIdentifier: any Channel] = [:]
    private var parked: [ObjectIdentifier: AcceptGate] = [:]

    /// Creates an empty state for so many connections.
    init(countMax: Int) {
        self.countMax = countMax
    }

    /// Connections that are open.
    var count: Int { connections.count }

    /// Whether another connection may be taken.
    var hasRoom: Bool { connections.count < countMax }

    /// Takes a connection in, until it is closed.
    func enter(_ channel: any Channel) {
        let name = ObjectIdentifier(channel)
        connections[name] = channel
        channel.closeFuture.assumeIsolated().whenComplete { _ in self.leave(name) }
    }

    private func leave(_ name: ObjectIdentifier) {
        connections[name] = nil
        guard hasRoom else { return }
        let gates = parked.values
        parked = [:]
        for gate in gates { gate.resume() }
    }

    /// Keeps a listener from taking connections until there is room.
    func park(_ gate: AcceptGate) {
        parked[ObjectIdentifier(gate)] = gate
    }

    /// Closes all connections.
    func close() {
        for channel in Array(connections.values) { channel.close(promise: nil) }
    }
}

/// Takes no connection from a listener's queue while all that are allowed are there.
final class AcceptGate: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias OutboundIn = Never

    private let state: LoopState
    private var context: ChannelHandlerContext?

    init(_ state: LoopState) {
        self.state = state
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func read(context: ChannelHandlerContext) {
        if state.hasRoom { context.read() } else { state.park(self) }
    }

    /// Goes on taking connections.
    func resume() {
        if let context { read(context: context) }
    }
}
