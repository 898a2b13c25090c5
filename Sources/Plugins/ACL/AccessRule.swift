internal import Addresses
internal import DNSWire

/// What is done with a query.
enum AccessAction: String, Sendable {
    /// It is passed on.
    case allow
    /// It is refused.
    case block
    /// It is answered with nothing.
    case filter
    /// It is not answered.
    case drop
}

/// A line of `acl`: what is done with queries of some types from some clients.
struct AccessPolicy: Sendable {
    /// What is done.
    var action: AccessAction
    /// The types; none means all.
    var types: [RecordType] = []
    /// Where the clients are; none means everywhere.
    var sources: [CIDRBlock] = []
    /// Whether `*` is among the types.
    var matchesAllTypes = false
    /// Whether `*` is among the sources.
    var matchesAllSources = false

    /// Starts with what matches everything.
    init(action: AccessAction) {
        self.action = action
    }
}

/// An `acl` directive: zones, and what holds in them.
struct AccessRule: Sendable {
    /// The zones.
    var zones: [Name]
    /// What holds in them, in order.
    var policies: [AccessPolicy]
}
