/// Octets as text without padding, for names and headers (RFC 4648 §5, RFC 7515 §2).
enum Base64URL {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
    )

    /// Writes octets.
    static func text(_ octets: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((octets.count * 4 + 2) / 3)
        for start in stride(from: 0, to: octets.count, by: 3) {
            let group = octets[start..<min(start + 3, octets.count)]
            var bits: UInt32 = 0
            for octet in group { bits = bits << 8 | UInt32(octet) }
            bits <<= 8 * UInt32(3 - group.count)
            for index in 0...group.count {
                text.append(alphabet[Int(bits >> (18 - 6 * UInt32(index)) & 63)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether a text has only the letters of it, and one at least: tokens and nonces
    /// (RFC 8555 §6.5.1, §8.3).
    static func isText(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= Limits.textOctetsMax
            && text.utf8.allSatisfy(alphabet.contains)
    }
}
