internal import Addresses
internal import Corefile
internal import NIOCore
internal import Plugins
internal import SecureTransport

/// Where something is listened on: how, and at which address and port.
struct ListenerPlace: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// How queries come in.
    var scheme: ServerAddress.Scheme
    /// The address and port; port 0 lets the kernel choose.
    var address: ListenAddress

    /// The place as `dns://127.0.0.1:53`.
    var description: String { "\(scheme.rawValue)://\(address)" }

    /// Orders by text, so that lists are the same each time.
    static func < (left: ListenerPlace, right: ListenerPlace) -> Bool {
        left.description < right.description
    }

    /// Whether a socket of one keeps the other from being listened on.
    func overlaps(_ other: ListenerPlace) -> Bool {
        let (left, right) = (address, other.address)
        guard left.port == right.port, left.port != 0 else { return false }
        guard left.address.isIPv4 == right.address.isIPv4 else { return false }
        return left.address == right.address || left.isWildcard || right.isWildcard
    }
}

/// What is listened on, and how: the place, the routes it has, and its bounds.
struct ListenerRequest: Sendable {
    /// Where.
    var place: ListenerPlace
    /// The listener's routes; nil for one given by flag.
    var key: ListenerKey?
    /// What the first server block of the listener says: its sockets, certificate and bounds.
    var settings: BlockSettings

    /// The bounds of connections, changed by what `timeouts` says.
    func limits(_ standard: StreamLimits) -> StreamLimits {
        var limits = standard
        if let idle = settings.timeouts.idle { limits.idleTime = .init(idle) }
        if let read = settings.timeouts.read { limits.readTime = .init(read) }
        if let write = settings.timeouts.write { limits.writeTime = .init(write) }
        limits.queryCountMax = settings.timeouts.queryCountMax
        return limits
    }

    /// What a listener is made with: when it changes, another one takes over its sockets.
    struct Traits: Hashable {
        var key: ListenerKey?
        var socketCount: Int?
        var tls: ServerTLSSettings?
        var timeouts: TimeoutSettings
        var httpsConnectionCountMax: Int?
        var shedsLoad: Bool
        var countsRequests: Bool
    }

    /// What the listener is made with.
    var traits: Traits {
        Traits(
            key: key,
            socketCount: settings.socketCount,
            tls: settings.tls,
            timeouts: settings.timeouts,
            httpsConnectionCountMax: settings.httpsConnectionCountMax,
            shedsLoad: settings.shedsLoad,
            countsRequests: settings.countsRequests
        )
    }
}
