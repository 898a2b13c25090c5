internal import Addresses
internal import Corefile

/// What tells listeners apart: how, where and on which port.
struct ListenerKey: Sendable, Hashable, Comparable {
    /// How queries come in.
    var scheme: ServerAddress.Scheme
    /// The address; nil means all of the host's.
    var address: IPAddress?
    /// The port.
    var port: UInt16

    /// The listener as metrics and logs call it, such as `dns://:53`.
    var label: String {
        guard let address else { return "\(scheme.rawValue)://:\(port)" }
        return "\(scheme.rawValue)://\(ListenAddress(address: address, port: port))"
    }

    /// Orders by port, then by scheme and address, so that lists are the same each time.
    static func < (left: ListenerKey, right: ListenerKey) -> Bool {
        (left.port, left.label) < (right.port, right.label)
    }
}
