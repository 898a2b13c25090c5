/// Short names for long contents (FNV-1a, 64 bits).
///
/// Nobody gains by a collision: what is named so belongs to one service or to the proxy.
enum Fingerprint {
    /// The fingerprint of a text: 16 hexadecimal digits.
    static func text(_ content: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for octet in content.utf8 { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
