/// The streams of one upstream.
final class StreamPool {
    private var streams: [StreamCarrier] = []
    private let connector: StreamConnector

    init(_ endpoint: UpstreamEndpoint, _ settings: UpstreamSettings) throws(UpstreamFailure) {
        connector = try StreamConnector(endpoint, settings)
    }

    /// The stream for a query: the busiest that still has room, so that others become idle; a new
    /// one if none has; the least busy one if there may be no more.
    func stream(_ upstream: Upstream) -> (StreamCarrier, isReused: Bool) {
        let now = upstream.table.now
        streams.removeAll(where: \.isClosed)
        retireOld(upstream, now)
        var roomy: StreamCarrier?
        var idlest: StreamCarrier?
        var count = 0
        for stream in streams where !stream.isRetired {
            count += 1
            if stream.hasRoom, stream.attemptCount >= roomy?.attemptCount ?? 0 { roomy = stream }
            if stream.attemptCount < idlest?.attemptCount ?? .max { idlest = stream }
        }
        if let roomy { return (roomy, true) }
        if let idlest, count >= Limits.streamCountMax { return (idlest, true) }
        let stream = connector.open(upstream)
        streams.append(stream)
        return (stream, false)
    }

    private func retireOld(_ upstream: Upstream, _ now: UInt64) {
        let bounds = upstream.bounds
        for stream in streams where !stream.isRetired {
            let isIdle = stream.attemptCount == 0 && now - stream.usedAt >= bounds.expire
            if isIdle || now - stream.openedAt >= bounds.maxAge { stream.retire() }
        }
        guard let idleMax = upstream.settings.maxIdleConnections else { return }
        let idle = streams.filter { !$0.isRetired && $0.attemptCount == 0 }
        for stream in idle.dropFirst(max(idleMax, 1)) { stream.retire() }
    }

    /// Closes what is idle; returns whether anything is open.
    func sweep(_ upstream: Upstream) -> Bool {
        retireOld(upstream, upstream.table.now)
        streams.removeAll(where: \.isClosed)
        return !streams.isEmpty
    }

    /// Whether anything is open.
    var isOpen: Bool { streams.contains { !$0.isClosed } }

    /// Has all streams closed.
    func retireAll() {
        for stream in streams { stream.retire() }
    }
}
