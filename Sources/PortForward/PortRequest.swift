/// A port as it is asked for on the command line: `[LOCAL:]REMOTE`.
public struct PortRequest: Sendable, Hashable {
    /// A port of the target.
    public enum Remote: Sendable, Hashable {
        /// A number, 1…65535.
        case number(UInt16)
        /// The name of a service's port, or a container's.
        case name(String)
    }

    /// The port to listen on; 0 lets the kernel choose, nil is the same as the target's.
    public var local: UInt16?
    /// The port of the target.
    public var remote: Remote

    /// Reads a request: `8080`, `http`, `8080:80`, `8080:http`, `:80` or `0:80`.
    ///
    /// - Throws: ``PortForwardError`` that quotes the text.
    public init(_ text: String) throws(PortForwardError) {
        guard text.utf8.count <= Limits.portTextOctetsMax else {
            throw PortForwardError(.usage, "invalid port format '\(text.prefix(40))…'")
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), let last = parts.last, !last.isEmpty else {
            throw PortForwardError(
                .usage,
                "invalid port format '\(text)': write [LOCAL:]REMOTE, such as 8080:80"
            )
        }
        remote = try PortRequest.remote(last)
        guard parts.count == 2 else {
            local = nil
            return
        }
        guard let number = parts[0].isEmpty ? 0 : PortRequest.number(parts[0]) else {
            throw PortForwardError(
                .usage,
                "error parsing local port '\(parts[0])': it must be a number from 0 to 65535"
            )
        }
        local = number
    }

    private static func remote(_ text: String) throws(PortForwardError) -> Remote {
        if let number = number(text) {
            guard number > 0 else { throw PortForwardError(.usage, "remote port must be > 0") }
            return .number(number)
        }
        guard isName(text) else {
            throw PortForwardError(
                .usage,
                "error parsing remote port '\(text)': it must be a number from 1 to 65535, or a"
                    + " port's name"
            )
        }
        return .name(text)
    }

    private static func number(_ text: String) -> UInt16? {
        // Swift would take a sign.
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt16(text) : nil
    }

    /// Whether a text may be a port's name: small letters, digits and hyphens, a letter among them.
    private static func isName(_ text: String) -> Bool {
        let isOfName = text.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
        }
        return isOfName && text.utf8.count <= 63
            && text.utf8.contains { (0x61...0x7A).contains($0) }
    }
}
