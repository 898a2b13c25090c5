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
        /// What the zone takes of the room that it has.
        var share: TransferShare
    }

    /// Reads a zone that was transferred, before it is served, and returns what is to be done once
    /// it is.
    typealias Reader =
        @Sendable (StaticZone) throws(WireTransferError) -> @Sendable () -> Void

    /// The longest pause between tries of the first transfer; members of a catalog, which may be
    /// many, come less often.
    private var pauseMax: Duration { .seconds(budget == nil ? 10 : 60) }

    /// The zone.
    let served: ServedZone
    private let primaries: [ServerEndpoint]
    private let log: LogSink
    private let notifier: (any ZoneNotifier)?
    private let reader: Reader?
    private let budget: TransferBudget?
    private let queue: DispatchQueue
    private let state: Mutex<State>

    /// Prepares a zone; nothing is asked before ``start()``.
    ///
    /// - Parameters:
    ///   - served: The zone.
    ///   - primaries: Who is asked, in their order.
    ///   - log: Where it is told what came of it.
    ///   - notifier: Tells the zone's own secondary servers.
    ///   - queue: Where the primaries are waited for; nil means one for this zone.
    ///   - budget: The room that the zone has with others.
    ///   - reader: Reads what was transferred.
    init(
        _ served: ServedZone,
        primaries: [ServerEndpoint],
        log: LogSink,
        notifier: (any ZoneNotifier)?,
        queue: DispatchQueue? = nil,
        budget: TransferBudget? = nil,
        reader: Reader? = nil
    ) {
        self.served = served
        self.primaries = primaries
        self.log = log
        self.notifier = notifier
        self.reader = reader
        self.budget = budget
        self.queue = queue ?? DispatchQueue(label: "martlet-secondary", qos: .utility)
        state = Mutex(State(share: TransferShare(of: budget)))
    }

    /// Begins to keep the zone.
    func start() { look(after: .zero) }

    /// Ends; what is under way is finished and not served.
    func stop() {
        var share = retire().share
        share.giveBack()
    }

    /// What a zone leaves to one that goes on with its data.
    struct Legacy {
        /// What the data takes of its room.
        fileprivate(set) var share: TransferShare
        /// Until when it may be answered from.
        fileprivate(set) var expiry: ContinuousClock.Instant
    }

    /// Ends as ``stop()`` does, and leaves what belongs to the data to the caller.
    func retire() -> Legacy {
        state.withLock { state in
            state.isStopped = true
            defer { state.share = TransferShare(of: budget) }
            return Legacy(share: state.share, expiry: state.expiry)
        }
    }

    /// Goes on with the data of a zone that has retired.
    func inherit(_ legacy: Legacy) {
        state.withLock { state in
            state.share = legacy.share
            state.expiry = legacy.expiry
        }
    }

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
                    return next(try fetch(from: primary).start)
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
                return next(try fetch(from: primary).start)
            } catch {
                warn("transfer", primary, error)
            }
        }
        return state.withLock { state in
            defer { state.pause = min(state.pause * 2, pauseMax) }
            return state.pause
        }
    }

    /// Transfers the zone and serves it.
    private func fetch(from primary: ServerEndpoint) throws(WireTransferError) -> StaticZone {
        var share = TransferShare(of: budget)
        do throws(WireTransferError) {
            let zone = try PrimaryConnection.transfer(served.origin, from: primary, taking: &share)
            let finish = try reader?(zone)
            serve(zone, share, from: primary, finish)
            return zone
        } catch {
            share.giveBack()
            throw error
        }
    }

    private func serve(
        _ zone: StaticZone,
        _ share: TransferShare,
        from primary: ServerEndpoint,
        _ finish: (@Sendable () -> Void)?
    ) {
        // Of a zone that was stopped meanwhile, what was fetched is what is given back.
        let (isStopped, rest) = state.withLock { state in
            guard !state.isStopped else { return (true, share) }
            defer { state.share = share }
            return (false, state.share)
        }
        if !isStopped { served.version.replace(with: ZoneVersion(zone)) }
        var unused = rest
        unused.giveBack()
        guard !isStopped else { return }
        renew(zone.start)
        log.write(
            "[INFO] plugin/secondary: Transferred: \(served.origin) from \(primary), serial "
                + "\(zone.start.serial)"
        )
        notifier?.zoneHasChanged(served.origin)
        finish?()
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
