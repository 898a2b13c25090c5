import Addresses

// The OPT pseudo-section.
extension DigFormatter {
    func ednsText(_ edns: EDNS) -> String {
        var text = ";; OPT PSEUDOSECTION:\n; EDNS: version: \(edns.version), flags:"
        if edns.isDNSSECOK { text += " do" }
        if edns.reservedFlags != 0 {
            let digits = String(edns.reservedFlags, radix: 16)
            text += "; MBZ: 0x" + String(repeating: "0", count: 4 - digits.count) + digits
            text += ", udp: \(edns.udpPayloadSize)\n"
        } else {
            text += "; udp: \(edns.udpPayloadSize)\n"
        }
        for option in edns.options { text += "; \(optionText(option))\n" }
        return text
    }

    private func optionText(_ option: EDNS.Option) -> String {
        let data = option.data
        switch option.code {
        case .nsid: return "NSID" + octetsText(data)
        case .cookie: return "COOKIE: " + TextEncoding.hexadecimal(data).lowercased()
        case .padding: return "PAD: (\(data.count) bytes)"
        case .clientSubnet:
            return subnetText(data).map { "CLIENT-SUBNET: \($0)" } ?? "CLIENT-SUBNET"
                + octetsText(data)
        case .expire where data.count == 4:
            let seconds = data.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return "EXPIRE: \(seconds) (\(durationText(seconds)))"
        case .tcpKeepalive where data.count == 2:
            let tenths = UInt32(data[0]) << 8 | UInt32(data[1])
            return "TCP KEEPALIVE: \(tenths / 10).\(tenths % 10) secs"
        case .extendedError where data.count >= 2: return errorText(data)
        case .llq: return "LLQ" + octetsText(data)
        case .updateLease: return "UL" + octetsText(data)
        case .dau: return "DAU" + octetsText(data)
        case .dhu: return "DHU" + octetsText(data)
        case .n3u: return "N3U" + octetsText(data)
        case .chain: return "CHAIN" + octetsText(data)
        case .keyTag: return "KEY-TAG" + octetsText(data)
        default: return "OPT=\(option.code.rawValue)" + octetsText(data)
        }
    }

    /// A colon, the octets in base 16, and as text with dots for what cannot be printed.
    private func octetsText(_ octets: [UInt8]) -> String {
        guard !octets.isEmpty else { return "" }
        let digits = octets.map { TextEncoding.hexadecimal([$0]).lowercased() }
        let text = octets.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: ".") }
        return ": \(digits.joined(separator: " ")) (\"\(String(decoding: text, as: UTF8.self))\")"
    }

    /// A duration in words, such as `4 minutes 16 seconds`.
    private func durationText(_ seconds: UInt32) -> String {
        let units: [(UInt32, String)] = [
            (604_800, "week"), (86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"),
        ]
        var rest = seconds
        var words: [String] = []
        for (length, unit) in units {
            let count = rest / length
            rest %= length
            if count > 0 { words.append("\(count) \(unit)\(count == 1 ? "" : "s")") }
        }
        return words.isEmpty ? "0 seconds" : words.joined(separator: " ")
    }

    /// A network as ADDRESS/SOURCE/SCOPE (RFC 7871 §6); nil if the octets are not one.
    private func subnetText(_ octets: [UInt8]) -> String? {
        guard octets.count >= 4, octets[0] == 0 else { return nil }
        let count = octets[1] == 1 ? 4 : 16
        guard octets[1] == 1 || octets[1] == 2, octets.count - 4 <= count else { return nil }
        let padding = Array(repeating: UInt8(0), count: count - (octets.count - 4))
        guard let address = IPAddress(octets: octets[4...] + padding) else { return nil }
        return "\(address)/\(octets[2])/\(octets[3])"
    }

    /// An extended error as `CODE (NAME): (TEXT)` (RFC 8914 §2).
    private func errorText(_ octets: [UInt8]) -> String {
        let code = Int(octets[0]) << 8 | Int(octets[1])
        let names = [
            "Other", "Unsupported DNSKEY Algorithm", "Unsupported DS Digest Type", "Stale Answer",
            "Forged Answer", "DNSSEC Indeterminate", "DNSSEC Bogus", "Signature Expired",
            "Signature Not Yet Valid", "DNSKEY Missing", "RRSIGs Missing", "No Zone Key Bit Set",
            "NSEC Missing", "Cached Error", "Not Ready", "Blocked", "Censored", "Filtered",
            "Prohibited", "Stale NXDOMAIN Answer", "Not Authoritative", "Not Supported",
            "No Reachable Authority", "Network Error", "Invalid Data",
        ]
        var text = "EDE: \(code)"
        if code < names.count { text += " (\(names[code]))" }
        let reason = octets[2...].map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: ".") }
        return reason.isEmpty ? text : text + ": (\(String(decoding: reason, as: UTF8.self)))"
    }
}
