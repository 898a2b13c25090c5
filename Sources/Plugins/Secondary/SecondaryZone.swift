internal import Corefile
internal import DNSWire
internal import Dispatch
internal import Synchronization
internal import ZoneFiles

/// A zone that is kept up to date with its primaries, on a queue that may wait for them.
final class SecondaryZone: Sendable {
    private struct State {
        var isStopped = false
        /// Tells the timer that was set last from those before it.
        var generation = 0
        /// Whether a look at the primaries was asked for and has not begun.
        var isLookWanted = false
        /// Until when the zone may be answered from.
        var expiry = ContinuousClock.now
        /// The pause before the next try of the first transfer.
        var pause = Duration.milliseconds(250)
    }

    /// The longest pause between tries of the first transfer.
    private static let pauseMax = Duration.seconds(10)

    /// The zone.
    let served: ServedZone
    private let primaries: [ServerEndpoint]
    private let log: LogSink
    private let notifier: (any ZoneNotifier)?
    private let queue: DispatchQueue
    private let state = Mutex(State())

    /// Prepares a zone; nothing is asked before ``start()``.
    init(
        _ served: ServedZone,
        primaries: [ServerEndpoint],
        log: LogSink,
        notifier: (any ZoneNotifier)?
    ) {
        self.served = served
        self.primaries = primaries
        self.log = log
        self.notifier = notifier
        queue = DispatchQueue(label: "martlet-secondary", qos: .utility)
    }

    /// Begins to keep the zone.
    func start() { look(after: .zero) }

    /// Ends; what is under way is finished and not served.
    func stop() { state.withLock { $0.isStopped = true } }

    /// Looks at the primaries soon, if the news comes from one of them.
    func takeNotify(from client: ClientAddress) -> Bool {
        guard primaries.contains(where: { $0.address == client.address }) else {
            log.write(
                "[INFO] plugin/secondary: Dropping notify from \(client) for \(served.origin)"
            )
            return false
        }
        // However many come, one look that has not begun is enough.
        let isFirst = state.withLock { state in
            defer { state.isLookWanted = true }
            return !state.isLookWanted
        }
        if isFirst { look(after: .zero) }
        return true
    }

    /// Sets the timer, in place of the one that was set before.
    private func look(after delay: Duration) {
        let generation = state.withLock { state in
            state.generation += 1
            return state.generation
        }
        queue.asyncAfter(deadline: .now() + delay.timeInterval) { [weak self] in
            guard let self else { return }
            let isCurrent = state.withLock { state in
                state.isLookWanted = false
                return !state.isStopped && state.generation == generation
            }
            guard isCurrent else { return }
            look(after: refresh())
        }
    }

    /// Looks at the primaries, and fetches the zone if one has a newer one.
    ///
    /// - Returns: When to look again.
    func refresh() -> Duration {
        guard let zone = served.version.current.zone else { return fetchFirst() }
        for primary in primaries {
            do throws(WireTransferError) {
                let serial = try PrimaryConnection.serial(of: served.origin, at: primary)
                if SerialNumber.isNewer(serial, than: zone.start.serial) {
                    let fetched = try PrimaryConnection.transfer(served.origin, from: primary)
                    serve(fetched, from: primary)
                    return next(fetched.start)
                }
                if served.version.current.isExpired {
                    served.version.replace(with: ZoneVersion(zone))
                }
                renew(zone.start)
                return next(zone.start)
            } catch {
                warn("refresh", primary, error)
            }
        }
        if state.withLock({ $0.expiry <= .now }), !served.version.current.isExpired {
            log.write("[ERROR] plugin/secondary: Zone \(served.origin) is expired")
            served.version.replace(with: ZoneVersion(zone, isExpired: true))
        }
        return .seconds(Int64(max(1, zone.start.retry))) + SecondaryZone.jitter(2)
    }

    /// Fetches the zone for the first time.
    private func fetchFirst() -> Duration {
        for primary in primaries {
            do throws(WireTransferError) {
                let zone = try PrimaryConnection.transfer(served.origin, from: primary)
                serve(zone, from: primary)
                return next(zone.start)
            } catch {
                warn("transfer", primary, error)
            }
        }
        return state.withLock { state in
            defer { state.pause = min(state.pause * 2, SecondaryZone.pauseMax) }
            return state.pause
        }
    }

    private func serve(_ zone: StaticZone, from primary: ServerEndpoint) {
        guard !state.withLock({ $0.isStopped }) else { return }
        served.version.replace(with: ZoneVersion(zone))
        renew(zone.start)
        log.write(
            "[INFO] plugin/secondary: Transferred: \(served.origin) from \(primary), serial "
                + "\(zone.start.serial)"
        )
        notifier?.zoneHasChanged(served.origin)
    }

    /// Lets the zone be answered from for as long as its SOA record allows.
    private func renew(_ start: StartOfAuthority) {
        state.withLock { $0.expiry = .now + .seconds(Int64(start.expire)) }
    }

    /// When to look again after a look that went well.
    private func next(_ start: StartOfAuthority) -> Duration {
        .seconds(Int64(max(1, start.refresh))) + SecondaryZone.jitter(5)
    }

    private func warn(_ what: String, _ primary: ServerEndpoint, _ error: WireTransferError) {
        log.write(
            "[WARNING] plugin/secondary: Failed \(what) of \(served.origin) from \(primary): "
                + "\(error)"
        )
    }

    /// Some time, so that not all secondaries of a primary come at once.
    private static func jitter(_ seconds: Int) -> Duration {
        .milliseconds(Int.random(in: 0..<(seconds * 1_000)))
    }
}

/// Serial numbers of zones, which go round (RFC 1982 §3.2).
enum SerialNumber {
    /// Whether a number comes after another one.
    static func isNewer(_ left: UInt32, than right: UInt32) -> Bool {
        left != right && left &- right < 1 << 31
    }
}
