internal import Addresses

/// What one service contributes to the rules.
struct RuleParts: Equatable, Sendable {
    /// Elements and their values, as nft writes them; the value is empty in sets.
    var elements: [Element: String] = [:]
    /// Chains and their rules, in order.
    ///
    /// A chain's name says what is in it: chains of one name are
    /// the same, whichever service needs them.
    var chains: [String: [String]] = [:]
    /// Sets that the kernel fills, and their declarations.
    var sets: [String: String] = [:]
    /// Where UDP traffic comes in, and the endpoints that it may be going to.
    var flows: [FlowFront: Set<Backend.Place>] = [:]
    /// What load balancers are told about it; nil if they don't ask.
    var health: HealthCheck?
}

/// Where UDP traffic for a service comes in.
struct FlowFront: Hashable, Sendable {
    /// The address; nil for a node port, which is at all addresses of the node.
    var address: IPAddress?
    /// The port.
    var port: Int
    /// Whether this is about IPv4.
    var isIPv4: Bool
}

/// The name of a service.
struct ServiceName: Hashable, Comparable, Sendable {
    var namespace: String
    var name: String

    static func < (left: ServiceName, right: ServiceName) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}
