internal import Addresses

/// A name that certificates are got for: `dns.example.org`, or `*.example.org` for all names one
/// label below.
public struct ManagedName: Sendable, Hashable, CustomStringConvertible {
    /// The name in lower case, without a dot at the end.
    public let text: String
    /// The name without the `*.` of a wildcard.
    public let base: String

    /// Reads a name.
    ///
    /// - Throws: ``ACMEError`` if no CA would sign it.
    public init(_ text: String) throws(ACMEError) {
        let lower = text.lowercased()
        self.text = lower.hasSuffix(".") ? String(lower.dropLast()) : lower
        base = self.text.hasPrefix("*.") ? String(self.text.dropFirst(2)) : self.text
        guard IPAddress(base) == nil else {
            throw ACMEError(
                .configuration,
                "\(text) is an address",
                mend: "certificates are got for names only"
            )
        }
        let labels = base.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...ManagedName.octetsMax).contains(base.utf8.count),
            labels.allSatisfy(ManagedName.isLabel)
        else {
            throw ACMEError(
                .configuration,
                "\"\(text.prefix(ManagedName.octetsMax))\" is no name that a certificate can hold",
                mend: "write one such as dns.example.org or *.example.org; other letters than"
                    + " those of ASCII as xn--"
            )
        }
    }

    /// The name.
    public var description: String { text }

    /// Where the CA looks for the record that proves the name (RFC 8555 §8.4).
    public var challengeName: String { "_acme-challenge.\(base)" }

    /// The name as that of a file.
    var fileName: String { text == base ? text : "wildcard_.\(base)" }

    /// So that `_acme-challenge.` fits before it.
    private static let octetsMax = 253 - 16

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && label.utf8.first != UInt8(ascii: "-")
            && label.utf8.last != UInt8(ascii: "-")
            && label.utf8.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
