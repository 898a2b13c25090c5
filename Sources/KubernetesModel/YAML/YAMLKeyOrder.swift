/// The order in which Kubernetes' YAML library writes keys: digits by number, letters last.
enum YAMLKeyOrder {
    /// Tells whether `left` is written before `right`.
    static func precedes(_ left: String, _ right: String) -> Bool {
        // Most keys differ first in an ASCII letter, and then that decides.
        for (one, other) in zip(left.utf8, right.utf8) where one != other {
            guard isASCIILetter(one), isASCIILetter(other) else { break }
            return one < other
        }
        return precedesSlowly(left, right)
    }

    private static func isASCIILetter(_ octet: UInt8) -> Bool {
        octet | 0x20 >= UInt8(ascii: "a") && octet | 0x20 <= UInt8(ascii: "z")
    }

    private static func precedesSlowly(_ left: String, _ right: String) -> Bool {
        let first = Array(left.unicodeScalars)
        let second = Array(right.unicodeScalars)
        let shared = zip(first, second).prefix { $0 == $1 }.count
        guard shared < first.count, shared < second.count else { return first.count < second.count }
        let (one, other) = (first[shared], second[shared])
        let (oneIsLetter, otherIsLetter) = (isLetter(one), isLetter(other))
        if oneIsLetter, otherIsLetter { return one < other }
        if oneIsLetter != otherIsLetter {
            // After a digit, a letter comes first: "a1b" before "a1-".
            let afterDigit = shared > 0 && isDigit(first[shared - 1])
            return afterDigit ? oneIsLetter : otherIsLetter
        }
        guard isDigit(one) || isDigit(other) else { return one < other }
        let (oneRun, otherRun) = (digits(first, around: shared), digits(second, around: shared))
        if oneRun.count != otherRun.count, !oneRun.isEmpty, !otherRun.isEmpty {
            return oneRun.count < otherRun.count
        }
        return one < other
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    /// The run of digits at `index`, leading zeros left out.
    private static func digits(_ text: [Unicode.Scalar], around index: Int) -> [Unicode.Scalar] {
        var start = index
        while start > 0, isDigit(text[start - 1]) { start -= 1 }
        return Array(text[start...].prefix(while: isDigit).drop { $0 == "0" })
    }
}
