/// A host and a port, as Go's `net.SplitHostPort` takes them apart.
///
/// The host may be empty (`:8080`), an IPv6 address is in brackets (`[::1]:8080`).
public struct HostPort: Sendable, Hashable, CustomStringConvertible {
    /// The host: a name, an address, or nothing.
    public var host: String
    /// The port.
    public var port: UInt16

    /// Creates a host and a port.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`; nil if the text is of another form.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = HostPort.port(text[text.index(after: colon)...])
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("[") {
            guard host.hasSuffix("]") else { return nil }
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.contains("["), !host.contains("]") else { return nil }
        self.init(host: String(host), port: port)
    }

    /// Reads a port: digits up to 65535.
    static func port(_ text: Substring) -> UInt16? {
        guard text.utf8.first.map({ $0 != UInt8(ascii: "+") }) ?? false else { return nil }
        return UInt16(text)
    }

    /// The host and port as `HOST:PORT`, a host with colons in brackets.
    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
