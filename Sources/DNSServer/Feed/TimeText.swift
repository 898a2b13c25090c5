/// Reads times such as `2026-01-02T03:04:05.678Z`, with any fraction and offset (RFC 3339 §5.6).
enum TimeText {
    /// Octets of a time's text, with a fraction longer than any clock's.
    private static let octetsMax = 64

    /// The seconds since 1970 that a text says; nil if it says none.
    static func seconds(_ text: String) -> Double? {
        let octets = Array(text.utf8.prefix(octetsMax + 1))
        guard octets.count <= octetsMax, let day = day(octets), octets.count > 19,
            isMark(octets, 10, "Tt"), let hour = number(octets, 11..<13), isMark(octets, 13, ":"),
            let minute = number(octets, 14..<16), isMark(octets, 16, ":"),
            let second = number(octets, 17..<19), hour < 24, minute < 60, second <= 60
        else { return nil }
        var index = 19
        var fraction = 0.0
        if isMark(octets, index, ".") {
            var scale = 0.1
            index += 1
            while let digit = number(octets, index..<index + 1) {
                fraction += Double(digit) * scale
                scale /= 10
                index += 1
            }
        }
        guard let offset = offset(octets, from: index) else { return nil }
        return Double(day * 86_400 + hour * 3_600 + minute * 60 + second - offset) + fraction
    }

    /// The days since 1970 of the date that a text begins with.
    private static func day(_ octets: [UInt8]) -> Int? {
        guard let year = number(octets, 0..<4), isMark(octets, 4, "-"),
            let month = number(octets, 5..<7), isMark(octets, 7, "-"),
            let day = number(octets, 8..<10), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        // Years that begin in March, in eras of 400.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The seconds that a time is ahead of UTC, as the rest of a text says.
    private static func offset(_ octets: [UInt8], from index: Int) -> Int? {
        if isMark(octets, index, "Zz") { return octets.count == index + 1 ? 0 : nil }
        guard isMark(octets, index, "+-"), octets.count == index + 6,
            isMark(octets, index + 3, ":"), let hours = number(octets, index + 1..<index + 3),
            let minutes = number(octets, index + 4..<index + 6)
        else { return nil }
        return (hours * 60 + minutes) * (isMark(octets, index, "-") ? -60 : 60)
    }

    private static func number(_ octets: [UInt8], _ range: Range<Int>) -> Int? {
        guard range.upperBound <= octets.count else { return nil }
        var value = 0
        for octet in octets[range] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) else { return nil }
            value = value * 10 + Int(octet - UInt8(ascii: "0"))
        }
        return value
    }

    private static func isMark(_ octets: [UInt8], _ index: Int, _ marks: String) -> Bool {
        index < octets.count && marks.utf8.contains(octets[index])
    }
}
