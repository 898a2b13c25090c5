import Glibc
import Registry

/// Times as the API writes them: RFC 3339 in UTC, whole seconds.
enum Timestamp {
    /// The current time in seconds since 1970.
    static var now: Int {
        time(nil)
    }

    /// The text of a time.
    static func text(_ seconds: Int) -> String {
        RegistryEnvironment.timestamp(Int64(seconds))
    }

    /// Reads a text such as `2026-01-02T03:04:05Z`; nil if it isn't one.
    static func seconds(_ text: String) -> Int? {
        let octets = Array(text.utf8)
        guard octets.count >= 20, octets.last == UInt8(ascii: "Z"), octets[10] == UInt8(ascii: "T")
        else { return nil }
        let number = { (range: Range<Int>) in Int(String(decoding: octets[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return days * 86_400 + hour * 3600 + minute * 60 + second
    }
}
