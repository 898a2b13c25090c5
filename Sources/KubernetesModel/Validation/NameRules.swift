/// The syntax of names, labels and ports, with the messages of apimachinery's `util/validation`.
///
/// Each rule returns what is wrong with a text; nothing if it is right.
public enum NameRules {
    /// Checks a DNS label that may begin with a digit (RFC 1123 §2.1).
    public static func label1123(_ text: String) -> [String] {
        var messages = tooLong(text, 63)
        if !isLabel(text.utf8[...]) {
            messages.append(
                isSubdomain(text)
                    ? "must not contain dots"
                    : pattern(
                        "a lowercase RFC 1123 label must consist of lower case alphanumeric "
                            + "characters or '-', and must start and end with an alphanumeric "
                            + "character",
                        label,
                        ["my-name", "123-abc"]
                    )
            )
        }
        return messages
    }

    /// Checks a DNS label that begins with a letter (RFC 1035 §2.3.1).
    public static func label1035(_ text: String) -> [String] {
        var messages = tooLong(text, 63)
        let startsWithLetter = text.utf8.first.map { !isDigit($0) } ?? false
        if !startsWithLetter || !isLabel(text.utf8[...]) {
            messages.append(
                pattern(
                    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
                        + "start with an alphabetic character, and end with an alphanumeric "
                        + "character",
                    "[a-z]([-a-z0-9]*[a-z0-9])?",
                    ["my-name", "abc-123"]
                )
            )
        }
        return messages
    }

    /// Checks a DNS name of such labels (RFC 1123 §2.1).
    public static func subdomain1123(_ text: String) -> [String] {
        var messages = tooLong(text, 253)
        if !isSubdomain(text) {
            messages.append(
                pattern(
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
                        + "characters, '-' or '.', and must start and end with an alphanumeric "
                        + "character",
                    "\(label)(\\.\(label))*",
                    ["example.com"]
                )
            )
        }
        return messages
    }

    /// Checks a search domain: a DNS name in which `_` is a letter, or `.` alone (KEP-4427).
    public static func searchDomain(_ text: String) -> [String] {
        if text == "." { return [] }
        let name = text.hasSuffix(".") ? String(text.dropLast()) : text
        // A label may begin with an underscore, but not with a dash.
        let isRight = name.utf8.split(separator: dot, omittingEmptySubsequences: false)
            .allSatisfy { part in
                let rest = part.first == underscore ? part.dropFirst() : part
                return isLabel(rest.map { $0 == underscore ? dash : $0 })
            }
        var messages = tooLong(name, 253)
        if !isRight {
            let relaxed = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
            messages.append(
                pattern(
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
                        + "characters, '_', '-' or '.', and must start and end with an "
                        + "alphanumeric character",
                    "\(relaxed)(\\.\(relaxed))*",
                    ["example.com"]
                )
            )
        }
        return messages
    }

    /// Checks the key of a label or annotation: a name with an optional DNS prefix.
    public static func qualifiedName(_ text: String) -> [String] {
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        var messages: [String] = []
        guard parts.count <= 2, let name = parts.last else {
            return [
                "a qualified name " + pattern(qualifiedMessage, qualified, qualifiedExamples)
                    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            ]
        }
        if parts.count == 2 {
            if parts[0].isEmpty {
                messages.append("prefix part must be non-empty")
            } else {
                messages += subdomain1123(String(parts[0])).map { "prefix part \($0)" }
            }
        }
        if name.isEmpty { messages.append("name part must be non-empty") }
        messages += tooLong(String(name), 63).map { "name part \($0)" }
        if !isQualified(name.utf8) {
            let message = pattern(qualifiedMessage, qualified, qualifiedExamples)
            messages.append("name part \(message)")
        }
        return messages
    }

    /// Checks the value of a label.
    public static func labelValue(_ text: String) -> [String] {
        var messages = tooLong(text, 63)
        if !text.isEmpty, !isQualified(text[...].utf8) {
            messages.append(
                pattern(
                    "a valid label must be an empty string or consist of alphanumeric "
                        + "characters, '-', '_' or '.', and must start and end with an "
                        + "alphanumeric character",
                    "(\(qualified))?",
                    ["MyValue", "my_value", "12345"]
                )
            )
        }
        return messages
    }

    /// Checks the name of a container port (RFC 6335 §5.1, lower case).
    public static func portName(_ text: String) -> [String] {
        var messages = tooLong(text, 15)
        let octets = text.utf8
        if octets.isEmpty || !octets.allSatisfy(isLabelOctet) {
            messages.append(
                "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
            )
        }
        if !octets.contains(where: { isLabelOctet($0) && $0 != dash && !isDigit($0) }) {
            messages.append("must contain at least one letter (a-z)")
        }
        if text.contains("--") { messages.append("must not contain consecutive hyphens") }
        if octets.first == dash || octets.last == dash {
            messages.append("must not begin or end with a hyphen")
        }
        return messages
    }

    /// Checks a port number.
    public static func portNumber(_ number: Int) -> [String] {
        (1...65_535).contains(number) ? [] : ["must be between 1 and 65535, inclusive"]
    }

    // MARK: Parts

    private static let dash = UInt8(ascii: "-")
    private static let dot = UInt8(ascii: ".")
    private static let underscore = UInt8(ascii: "_")
    private static let label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
    private static let qualified = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
    private static let qualifiedMessage =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
        + "alphanumeric character"
    private static let qualifiedExamples = ["MyName", "my.name", "123-abc"]

    private static func tooLong(_ text: String, _ octetsMax: Int) -> [String] {
        text.utf8.count > octetsMax ? ["must be no more than \(octetsMax) bytes"] : []
    }

    private static func pattern(_ message: String, _ regex: String, _ examples: [String]) -> String
    {
        let list = examples.map { "'\($0)', " }.joined(separator: " or ")
        return "\(message) (e.g. \(list)regex used for validation is '\(regex)')"
    }

    private static func isDigit(_ octet: UInt8) -> Bool {
        octet >= UInt8(ascii: "0") && octet <= UInt8(ascii: "9")
    }

    private static func isLabelOctet(_ octet: UInt8) -> Bool {
        octet == dash || isDigit(octet)
            || (octet >= UInt8(ascii: "a") && octet <= UInt8(ascii: "z"))
    }

    private static func isLabel(_ octets: some BidirectionalCollection<UInt8>) -> Bool {
        !octets.isEmpty && octets.first != dash && octets.last != dash
            && octets.allSatisfy(isLabelOctet)
    }

    private static func isSubdomain(_ text: String) -> Bool {
        text.utf8.split(separator: dot, omittingEmptySubsequences: false).allSatisfy(isLabel)
    }

    private static func isQualified(_ octets: Substring.UTF8View) -> Bool {
        func isAlphanumeric(_ octet: UInt8) -> Bool {
            isDigit(octet)
                || (octet | 0x20 >= UInt8(ascii: "a") && octet | 0x20 <= UInt8(ascii: "z"))
        }
        guard let first = octets.first, let last = octets.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && octets.allSatisfy {
                isAlphanumeric($0) || $0 == dash || $0 == dot || $0 == underscore
            }
    }
}
