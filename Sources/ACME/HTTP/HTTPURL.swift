internal import Addresses

/// A URL of a CA: `https://HOST[:PORT]/PATH`, or `http://` for a CA on the same host.
public struct HTTPURL: Sendable, Hashable, CustomStringConvertible {
    /// Whether TLS protects what is asked for there.
    public let isSecure: Bool
    /// The host, a name or an address, without brackets, in lower case.
    public let host: String
    /// The port.
    public let port: Int
    /// The path and what follows it, beginning with `/`.
    public let path: String
    /// The URL as it was written, which is what requests sign.
    public let description: String

    /// Reads a URL; nil if it is none, or has a user or a fragment.
    public init?(_ text: String) {
        guard text.utf8.count <= Limits.textOctetsMax,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !text.contains("#")
        else { return nil }
        let lower = text.lowercased()
        guard let scheme = ["https://", "http://"].first(where: lower.hasPrefix) else {
            return nil
        }
        let rest = text.dropFirst(scheme.count)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        isSecure = scheme == "https://"
        guard let (host, port) = HTTPURL.authority(rest[..<end], isSecure ? 443 : 80) else {
            return nil
        }
        self.host = host
        self.port = port
        let path = rest[end...]
        self.path = path.hasPrefix("/") ? String(path) : "/\(path)"
        description = text
    }

    private static func authority(_ text: Substring, _ standard: Int) -> (String, Int)? {
        var host = text
        var port = standard
        if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
            let digits = text[text.index(after: colon)...]
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(digits), (1...65_535).contains(number)
            else { return nil }
            host = text[..<colon]
            port = number
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            let address = String(host.dropFirst().dropLast())
            guard IPAddress(address) != nil else { return nil }
            return (address.lowercased(), port)
        }
        let isName = host.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isName, (1...253).contains(host.utf8.count) else { return nil }
        return (host.lowercased(), port)
    }

    /// What the request's `Host` says (RFC 9110 §7.2).
    var hostField: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// A URL that a reply from this one names.
    ///
    /// - Throws: ``ACMEError`` if it is none, or one without TLS where this one has it.
    func sibling(_ text: String) throws(ACMEError) -> HTTPURL {
        guard let url = HTTPURL(text) else {
            throw .malformed(self, "the reply names something that is no URL")
        }
        guard url.isSecure || !isSecure else {
            throw .malformed(self, "the reply leads to \(url), which is not protected by TLS")
        }
        return url
    }

    /// The host and path with hyphens between, to name a directory after.
    var slug: String {
        let text = hostField + (path == "/" ? "" : path)
        return String(
            text.map { character in
                character.isASCII && (character.isLetter || character.isNumber || character == ".")
                    ? character : "-"
            }
        )
    }
}
