public import Addresses

/// Why a service cannot listen: where, why, and what to do about it.
public struct HTTPServiceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of trouble.
    public enum Code: Sendable, Hashable {
        /// Another socket listens there.
        case inUse
        /// The host has no such address.
        case noSuchAddress
        /// The process may not listen on that port.
        case notPermitted
        /// The service was started before, or stopped.
        case alreadyStarted
        /// Anything else that the system says.
        case system
    }

    /// The kind of trouble.
    public var code: Code
    /// The address.
    public var address: IPAddress
    /// The port.
    public var port: UInt16
    /// What is wrong, the address included.
    public var message: String
    /// What to do about it.
    public var mend: String

    /// What is wrong, and what to do about it.
    public var description: String { mend.isEmpty ? message : "\(message): \(mend)" }

    /// An address with its port, as `127.0.0.1:80` or `[::1]:80`.
    static func text(_ address: IPAddress, _ port: UInt16) -> String {
        address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
    }
}
