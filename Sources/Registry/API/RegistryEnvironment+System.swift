import Glibc
import Synchronization

/// Random numbers without a system call for each (xoshiro256** by Blackman and Vigna), seeded by
/// the system: identifiers and start places have to be spread, not secret.
private final class RandomSource: Sendable {
    private let state: Mutex<(UInt64, UInt64, UInt64, UInt64)>

    init() {
        var system = SystemRandomNumberGenerator()
        // The last bit keeps the state from being all zeros, from which nothing follows.
        state = Mutex((system.next(), system.next(), system.next(), system.next() | 1))
    }

    private static func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 {
        word << count | word >> (64 - count)
    }

    func next() -> UInt64 {
        state.withLock { state in
            let result = Self.rotated(state.1 &* 5, 7) &* 9
            let shifted = state.1 << 17
            state.2 ^= state.0
            state.3 ^= state.1
            state.1 ^= state.2
            state.0 ^= state.3
            state.2 ^= shifted
            state.3 = Self.rotated(state.3, 45)
            return result
        }
    }
}

extension RegistryEnvironment {
    /// The system's clock, and random numbers that the system seeded.
    public static var system: RegistryEnvironment {
        let source = RandomSource()
        return RegistryEnvironment(
            now: { timestamp(Int64(time(nil))) },
            makeUID: { uid(source.next(), source.next()) },
            // The remainder's bias is below 2⁻³² for every bound that is used.
            random: { source.next() % max(1, $0) }
        )
    }

    /// Writes seconds since 1970 as RFC 3339 text in UTC.
    public static func timestamp(_ seconds: Int64) -> String {
        // Days to date: the civil calendar in eras of 400 years that begin in March.
        let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
        let second = seconds - days * 86_400
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let day = shifted - era * 146_097
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1
        let civilMonth = month < 10 ? month + 3 : month - 9
        let civilYear = year + era * 400 + (civilMonth <= 2 ? 1 : 0)
        let date = "\(padded(civilYear, 4))-\(padded(civilMonth, 2))-\(padded(dayOfMonth, 2))"
        let hour = second / 3_600
        let minute = second / 60 % 60
        return "\(date)T\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second % 60, 2))Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// Writes 128 random bits as a version 4 identifier (RFC 9562 §5.4).
    public static func uid(_ high: UInt64, _ low: UInt64) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let marked = (
            high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
            low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        )
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for index in 0..<32 {
            if [8, 12, 16, 20].contains(index) { text.append(UInt8(ascii: "-")) }
            let word = index < 16 ? marked.0 : marked.1
            text.append(digits[Int(word >> UInt64(60 - 4 * (index % 16)) & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
