/// The text encodings that record data is presented in (RFC 4648).
enum TextEncoding {
    /// Base 16, in upper case as `dig` has it.
    static func hexadecimal(_ octets: some Collection<UInt8>) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(octets.count * 2)
        for octet in octets {
            text.append(digits[Int(octet >> 4)])
            text.append(digits[Int(octet & 0x0F)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Base 64 with padding (RFC 4648 §4).
    static func base64(_ octets: some Collection<UInt8>) -> String {
        let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        return encode(octets, digits: Array(digits.utf8), bitsPerDigit: 6, padding: 4)
    }

    /// Base 32 with the extended hexadecimal alphabet, without padding (RFC 5155 §3.3).
    static func base32Hex(_ octets: some Collection<UInt8>) -> String {
        let digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
        return encode(octets, digits: Array(digits.utf8), bitsPerDigit: 5, padding: 1)
    }

    /// A quoted character string (RFC 1035 §5.1).
    static func quoted(_ octets: some Collection<UInt8>) -> String {
        var text: [UInt8] = [UInt8(ascii: "\"")]
        for octet in octets {
            switch octet {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                text.append(UInt8(ascii: "\\"))
                text.append(octet)
            case 0x20...0x7E:
                text.append(octet)
            default:
                Name.appendDecimalEscape(octet, to: &text)
            }
        }
        text.append(UInt8(ascii: "\""))
        return String(decoding: text, as: UTF8.self)
    }

    /// A moment as `YYYYMMDDHHmmSS` in UTC (RFC 4034 §3.2), from seconds since 1970.
    static func timestamp(_ seconds: UInt32) -> String {
        let (days, second) = Int(seconds).quotientAndRemainder(dividingBy: 86_400)
        let (year, month, day) = civilDate(days: days)
        let parts = [month, day, second / 3_600, second / 60 % 60, second % 60]
        return padded(year, to: 4) + parts.map { padded($0, to: 2) }.joined()
    }

    /// The Gregorian date `days` after 1970-01-01.
    ///
    /// Years are counted from March, so that the leap day is the last of its year, in cycles of
    /// 400 years of 146,097 days.
    private static func civilDate(days: Int) -> (year: Int, month: Int, day: Int) {
        let (cycle, dayOfCycle) = (days + 719_468).quotientAndRemainder(dividingBy: 146_097)
        let leapDays = dayOfCycle / 1_460 - dayOfCycle / 36_524 + dayOfCycle / 146_096
        let yearOfCycle = (dayOfCycle - leapDays) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        return (cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0), month, day)
    }

    private static func padded(_ value: Int, to width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Cuts the octets into digits of so many bits, then pads to a multiple of `padding` digits.
    private static func encode(
        _ octets: some Collection<UInt8>,
        digits: [UInt8],
        bitsPerDigit: Int,
        padding: Int
    ) -> String {
        var text: [UInt8] = []
        var buffer = 0
        var bits = 0
        let mask = 1 << bitsPerDigit - 1
        for octet in octets {
            buffer = (buffer << 8 | Int(octet)) & 0xFFFF
            bits += 8
            while bits >= bitsPerDigit {
                bits -= bitsPerDigit
                text.append(digits[buffer >> bits & mask])
            }
        }
        if bits > 0 { text.append(digits[buffer << (bitsPerDigit - bits) & mask]) }
        while text.count % padding != 0 { text.append(UInt8(ascii: "=")) }
        return String(decoding: text, as: UTF8.self)
    }
}
