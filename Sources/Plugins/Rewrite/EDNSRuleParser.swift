internal import Corefile
internal import DNSWire

/// Reads the words of a rule `edns0`.
struct EDNSRuleParser {
    /// Where errors are.
    let cursor: DirectiveCursor

    /// Reads a rule.
    func rule(_ words: [String]) throws(CorefileError) -> EDNSRule {
        var words = words
        // Options are never repeated to the client, so that there is nothing to revert.
        if words.count > 2, words.last?.lowercased() == "revert" { words.removeLast() }
        guard words.count >= 2 else {
            throw error("too few arguments for an EDNS0 rule", mend: "write edns0 TYPE ACTION")
        }
        guard let action = EDNSRule.Action(rawValue: words[1].lowercased()) else {
            throw error(
                "invalid action: \"\(words[1])\"",
                mend: "use set, append, replace or unset"
            )
        }
        let rest = Array(words.dropFirst(2))
        switch words[0].lowercased() {
        case "local": return try local(action, rest)
        case "nsid":
            guard rest.isEmpty else {
                throw error("EDNS0 NSID rules do not accept args", mend: "delete \(rest[0])")
            }
            return EDNSRule(action: action, code: .nsid, content: .octets([]))
        case "subnet": return try subnet(action, rest)
        default:
            throw error("invalid rule type \"\(words[0])\"", mend: "use local, nsid or subnet")
        }
    }

    private func error(_ message: String, mend: String) -> CorefileError {
        cursor.error("rewrite: \(message)", mend: mend)
    }

    private func local(
        _ action: EDNSRule.Action,
        _ words: [String]
    ) throws(CorefileError) -> EDNSRule {
        guard words.count == (action == .unset ? 1 : 2) else {
            throw error(
                action == .unset
                    ? "EDNS0 local unset action requires exactly two arguments"
                    : "EDNS0 local rules require exactly three args",
                mend: "write edns0 local \(action.rawValue) CODE\(action == .unset ? "" : " DATA")"
            )
        }
        guard let code = EDNSRuleParser.number(words[0], in: 0...65_535) else {
            throw error("'\(words[0])' is no option code", mend: "write one such as 0xffee")
        }
        let option = OptionCode(rawValue: UInt16(truncatingIfNeeded: code))
        guard action != .unset else {
            return EDNSRule(action: action, code: option, content: .octets([]))
        }
        return EDNSRule(action: action, code: option, content: try content(words[1]))
    }

    private func content(_ text: String) throws(CorefileError) -> EDNSRule.Content {
        if text.hasPrefix("{"), text.hasSuffix("}") {
            guard let variable = EDNSVariable(text) else {
                throw error(
                    "unsupported variable name \"\(text)\"",
                    mend: "use {qname}, {client_ip} and so on, or {PLUGIN/LABEL}"
                )
            }
            return .variable(variable)
        }
        guard text.hasPrefix("0x") else { return .octets(Array(text.utf8)) }
        let digits = Array(text.utf8.dropFirst(2))
        var octets: [UInt8] = []
        for index in stride(from: 0, to: digits.count - 1, by: 2) {
            let pair = String(decoding: digits[index...(index + 1)], as: UTF8.self)
            guard !pair.hasPrefix("+"), !pair.hasPrefix("-"), let octet = UInt8(pair, radix: 16)
            else { break }
            octets.append(octet)
        }
        guard digits.count == octets.count * 2 else {
            throw error("'\(text)' is not hexadecimal", mend: "write two digits for each octet")
        }
        return .octets(octets)
    }

    private func subnet(
        _ action: EDNSRule.Action,
        _ words: [String]
    ) throws(CorefileError) -> EDNSRule {
        let code = OptionCode(rawValue: 8)
        if action == .unset {
            guard words.isEmpty else {
                throw error("EDNS0 subnet unset does not accept args", mend: "delete \(words[0])")
            }
            return EDNSRule(action: action, code: code, content: .octets([]))
        }
        guard words.count == 2 else {
            throw error(
                "EDNS0 subnet rules require exactly three args",
                mend: "write edns0 subnet \(action.rawValue) IPV4-BITS IPV6-BITS"
            )
        }
        guard let ipv4 = EDNSRuleParser.number(words[0], in: 0...32) else {
            throw error("invalid IPv4 bit mask length \(words[0])", mend: "write 0 to 32")
        }
        guard let ipv6 = EDNSRuleParser.number(words[1], in: 0...128) else {
            throw error("invalid IPv6 bit mask length \(words[1])", mend: "write 0 to 128")
        }
        return EDNSRule(
            action: action,
            code: code,
            content: .subnet(ipv4Bits: ipv4, ipv6Bits: ipv6)
        )
    }

    /// Reads a number as Go does: `0x`, `0o` and `0b` say its base, a zero in front means 8.
    private static func number(_ text: String, in range: ClosedRange<Int>) -> Int? {
        let lower = text.lowercased()
        guard lower.utf8.first.map({ $0 != 0x2B && $0 != 0x2D }) ?? false else { return nil }
        let (radix, digits): (Int, Substring) =
            switch lower.prefix(2) {
            case "0x": (16, lower.dropFirst(2))
            case "0b": (2, lower.dropFirst(2))
            case "0o": (8, lower.dropFirst(2))
            default:
                lower.hasPrefix("0") && lower.count > 1
                    ? (8, lower.dropFirst()) : (10, lower[...])
            }
        guard let value = Int(digits, radix: radix), range.contains(value) else { return nil }
        return value
    }
}
