internal import NIOCore
internal import Synchronization

/// The open connections of a service, kept below a bound.
///
/// Event loops write into it, and the thread that stops the service.
final class ConnectionTable: Sendable {
    private struct Entry {
        let channel: any Channel
        /// Whether a request is being read, answered, or its reply sent.
        var isBusy = false
        /// Whether it has ever had a complete request.
        var hasServed = false
        /// Grows with each change, so that the smallest has been as it is for longest.
        var since: UInt64
    }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        var clock: UInt64 = 0
        var isDraining = false
        var isClosed = false
        var emptied: EventLoopPromise<Void>?
    }

    private let state = Mutex(State())
    private let countMax: Int?

    /// Creates a table for so many connections.
    init(countMax: Int?) {
        self.countMax = countMax
    }

    /// Whether the service stops, so that each reply is the last of its connection.
    var isDraining: Bool { state.withLock(\.isDraining) }

    /// Connections that are open.
    var count: Int { state.withLock(\.entries.count) }

    /// Takes a connection in; false, and not taken in, if all others are of more use.
    ///
    /// At the bound, the connection that has been idle for longest is closed for it: first of those
    /// that have never asked for anything.
    func enter(_ channel: any Channel) -> Bool {
        let (isIn, victim) = state.withLock { state -> (Bool, (any Channel)?) in
            var victim: (any Channel)?
            if let countMax, state.entries.count >= countMax {
                let idle = state.entries.filter { !$0.value.isBusy }
                let first = idle.min { left, right in
                    left.value.hasServed == right.value.hasServed
                        ? left.value.since < right.value.since : !left.value.hasServed
                }
                guard let first else { return (false, nil) }
                victim = first.value.channel
                state.entries[first.key] = nil
            }
            state.clock += 1
            state.entries[ObjectIdentifier(channel)] = Entry(channel: channel, since: state.clock)
            return (true, victim)
        }
        victim?.close(promise: nil)
        return isIn
    }

    /// Notes that a connection is in use, or no longer.
    func note(_ channel: any Channel, isBusy: Bool, hasServed: Bool) {
        state.withLock { state in
            state.clock += 1
            let clock = state.clock
            state.entries[ObjectIdentifier(channel)]?.isBusy = isBusy
            state.entries[ObjectIdentifier(channel)]?.hasServed = hasServed
            state.entries[ObjectIdentifier(channel)]?.since = clock
        }
    }

    /// Takes a connection out.
    func leave(_ channel: any Channel) {
        let promise = state.withLock { state -> EventLoopPromise<Void>? in
            state.entries[ObjectIdentifier(channel)] = nil
            guard state.entries.isEmpty else { return nil }
            defer { state.emptied = nil }
            return state.emptied
        }
        promise?.succeed()
    }

    /// Lets all connections end after the requests they have; the promise is kept when all have.
    func drain(_ promise: EventLoopPromise<Void>) {
        let channels = state.withLock { state -> [any Channel] in
            state.isDraining = true
            state.emptied = state.entries.isEmpty ? nil : promise
            return state.entries.values.map(\.channel)
        }
        if channels.isEmpty { promise.succeed() }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(DrainEvent()) }
    }

    /// Closes all connections, and lets no more be done on their event loops from outside.
    func close() {
        let channels = state.withLock { state -> [any Channel] in
            state.isClosed = true
            return state.entries.values.map(\.channel)
        }
        for channel in channels { channel.close(promise: nil) }
    }

    /// Does something on an event loop, unless the service has stopped and the loop with it.
    func execute(on loop: any EventLoop, _ work: @escaping @Sendable () -> Void) {
        state.withLock { state in
            if !state.isClosed { loop.execute(work) }
        }
    }
}

/// Tells a connection that the service stops.
struct DrainEvent: Sendable {}
