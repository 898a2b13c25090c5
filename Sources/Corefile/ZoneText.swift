/// Names of zones as text (RFC 1035 §5.1).
enum ZoneText {
    /// Whether a text is a name: labels of 1 to 63 octets, 255 in all; `.` is the root.
    ///
    /// `\X` and `\DDD` count as one octet.
    static func isName(_ text: String) -> Bool {
        if text == "." { return true }
        guard !text.isEmpty else { return false }
        var labelOctets = 0
        var octets = 1
        var rest = Array(text.utf8)[...]
        while let octet = rest.popFirst() {
            if octet == UInt8(ascii: ".") {
                guard labelOctets > 0 else { return false }
                octets += labelOctets + 1
                labelOctets = 0
                continue
            }
            if octet == UInt8(ascii: "\\") {
                guard let next = rest.popFirst() else { return false }
                if isDigit(next), rest.count >= 2, rest.prefix(2).allSatisfy(isDigit) {
                    rest.removeFirst(2)
                }
            }
            labelOctets += 1
            guard labelOctets <= 63 else { return false }
        }
        if labelOctets > 0 { octets += labelOctets + 1 }
        return octets <= Limits.zoneOctetsMax
    }

    /// A name in lower case (ASCII only) with a final dot.
    static func normalized(_ text: String) -> String {
        let lower = text.utf8.map { octet in
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(octet) ? octet | 0x20 : octet
        }
        let name = String(decoding: lower, as: UTF8.self)
        return name.hasSuffix(".") ? name : "\(name)."
    }

    /// Whether a zone has the preferred syntax (RFC 1035 §2.3.1): each label begins with a letter,
    /// goes on with letters, digits and hyphens, and does not end with a hyphen.
    ///
    /// The root and zones of addresses need not.
    static func isPreferred(_ zone: String) -> Bool {
        let name = normalized(zone)
        if name == "." || name.hasSuffix(".in-addr.arpa.") || name.hasSuffix(".ip6.arpa.") {
            return true
        }
        return name.utf8.dropLast().split(
            separator: UInt8(ascii: "."),
            omittingEmptySubsequences: false
        ).allSatisfy { label in
            let isLetter = { (octet: UInt8) in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet)
            }
            guard let first = label.first, isLetter(first) else { return false }
            return label.last != UInt8(ascii: "-")
                && label.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isDigit(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
    }
}
