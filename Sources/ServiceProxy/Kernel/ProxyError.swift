/// Why the proxy can't do its work, and what mends it.
public struct ProxyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds of trouble.
    public enum Code: Sendable, Hashable {
        /// libnftables isn't installed.
        case noLibrary
        /// The process may not change the packet filter.
        case noPermission
        /// The kernel or libnftables refused a transaction.
        case refused
        /// Another proxy is at work.
        case busy
    }

    /// The kind of trouble.
    public let code: Code
    /// What is wrong, where, and how to mend it.
    public let description: String

    /// Creates an error.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
