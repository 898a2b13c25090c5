/// The settings that every query needs, as plain numbers: reading them counts no references.
struct GroupBounds {
    /// How long a connection may be idle, in nanoseconds.
    let expire: UInt64
    /// How long a connection may be used, in nanoseconds.
    let maxAge: UInt64
    /// How long a source port may be used, in nanoseconds.
    let maxSocketAge: UInt64
    /// How long one upstream has to answer, in nanoseconds.
    let readTimeout: UInt64
    /// How long a question may take, in nanoseconds.
    let exchangeTimeout: UInt64
    /// Queries that may be on their way to one upstream.
    let inFlightMax: Int
    /// Failed probes after which one more takes an upstream out of use; 0 means never.
    let maxFails: Int
    /// Whether an upstream that fails time after time is left alone.
    let breaksCircuits: Bool
    /// Failed attempts after which a question fails; 0 means no bound.
    let maxAttempts: Int
    /// Questions that may wait; 0 means no bound of the group's own.
    let maxConcurrent: Int
    /// Whether UDP may not be used.
    let forcesTCP: Bool
    /// Whether UDP is used for all.
    let prefersUDP: Bool
    /// Whether a second upstream is asked when the first is late.
    let hedges: Bool
    /// Whether letters are sent in random case.
    let randomizesCase: Bool
    /// Whether questions without EDNS are sent with it.
    let addsEDNS: Bool

    init(_ settings: UpstreamSettings) {
        expire = settings.expire.nanoseconds
        maxAge = settings.maxAge?.nanoseconds ?? .max
        maxSocketAge = min(Limits.socketAgeMax.nanoseconds, maxAge)
        readTimeout = settings.readTimeout.nanoseconds
        exchangeTimeout = Limits.exchangeTimeout.nanoseconds
        inFlightMax = settings.inFlightMax
        maxFails = settings.maxFails
        breaksCircuits = settings.breaksCircuits && settings.maxFails > 0
        maxAttempts = settings.maxConnectAttempts ?? 2 * settings.endpoints.count
        maxConcurrent = settings.maxConcurrent
        forcesTCP = settings.forcesTCP
        prefersUDP = settings.prefersUDP
        hedges = settings.hedges && settings.endpoints.count > 1
        randomizesCase = settings.randomizesCase
        addsEDNS = settings.addsEDNS
    }
}
