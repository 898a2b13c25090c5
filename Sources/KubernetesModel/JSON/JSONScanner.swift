/// Walks over JSON text without making values of it, for readers that need few of its fields.
///
/// It is sure, or it gives up: whatever it reads to the end, ``JSONReader`` reads too, and finds
/// the same in it. Text that is damaged, or only unusual (a float, an escape in a text that is
/// asked for, a key that isn't ASCII), ends the scan, and the full reader says what it is.
///
/// The scanner can't be copied, so that it doesn't outlive the text.
@safe
public struct JSONScanner: ~Copyable {
    /// The text is not what the scanner is made for: the full reader must decide.
    public struct Unsure: Error {
        /// Creates the error.
        public init() {}
    }

    /// A text without escapes: where it stands.
    public struct Text: Sendable {
        let start: Int
        let count: Int

        /// Whether there is nothing in it.
        public var isEmpty: Bool { count == 0 }
    }

    private let base: UnsafePointer<UInt8>
    private let end: Int
    private var position = 0
    private var depth = 0
    /// Fingerprints of the keys of all objects around the current place.
    private var fingerprints: [UInt64] = []

    private init(_ base: UnsafePointer<UInt8>, count: Int) {
        unsafe self.base = base
        end = count
    }

    /// Scans a text.
    ///
    /// - Parameters:
    ///   - text: The text; of strings in Swift it is known that they are UTF-8.
    ///   - body: Reads one value, no more and no less.
    /// - Returns: What `body` returned; nil if it is not sure.
    public static func scan<Result>(
        _ text: String,
        _ body: (inout JSONScanner) throws(Unsure) -> Result
    ) -> Result? {
        guard text.utf8.count <= Limits.scannedOctetsMax else { return nil }
        let result: Result?? = unsafe text.utf8.withContiguousStorageIfAvailable { octets in
            guard let base = octets.baseAddress else { return nil }
            // SAFETY: the scanner lives shorter than this closure, and reads within `count`.
            var scanner = unsafe JSONScanner(base, count: octets.count)
            do throws(Unsure) {
                let result = try body(&scanner)
                scanner.skipSpace()
                return scanner.position == scanner.end ? result : nil
            } catch {
                return nil
            }
        }
        return result ?? nil
    }

    // MARK: Lists and mappings

    /// Reads a mapping.
    ///
    /// `body` must read the value of each key. `null` is a mapping without keys.
    public mutating func object(
        _ body: (inout JSONScanner, Text) throws(Unsure) -> Void
    ) throws(Unsure) {
        if try takeNull() { return }
        try enter(UInt8(ascii: "{"))
        let first = fingerprints.count
        skipSpace()
        if !take(UInt8(ascii: "}")) {
            repeat {
                skipSpace()
                let key = try readKey(first)
                skipSpace()
                guard take(UInt8(ascii: ":")) else { throw Unsure() }
                try body(&self, key)
                skipSpace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "}")) else { throw Unsure() }
        }
        fingerprints.removeLast(fingerprints.count - first)
        depth -= 1
    }

    /// Reads a list.
    ///
    /// `body` must read each element, none of which may be `null`. `null` itself is an empty list.
    public mutating func list(
        _ body: (inout JSONScanner) throws(Unsure) -> Void
    ) throws(Unsure) {
        if try takeNull() { return }
        try elements { (scanner) throws(Unsure) in
            scanner.skipSpace()
            guard scanner.next != UInt8(ascii: "n") else { throw Unsure() }
            try body(&scanner)
        }
    }

    private mutating func elements(
        _ body: (inout JSONScanner) throws(Unsure) -> Void
    ) throws(Unsure) {
        try enter(UInt8(ascii: "["))
        skipSpace()
        if !take(UInt8(ascii: "]")) {
            repeat {
                try body(&self)
                skipSpace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "]")) else { throw Unsure() }
        }
        depth -= 1
    }

    private mutating func enter(_ bracket: UInt8) throws(Unsure) {
        skipSpace()
        depth += 1
        guard depth <= Limits.depthMax, take(bracket) else { throw Unsure() }
    }

    /// Reads a key, and gives up if the mapping may have it already.
    private mutating func readKey(_ first: Int) throws(Unsure) -> Text {
        guard take(UInt8(ascii: "\"")) else { throw Unsure() }
        let start = position
        var fingerprint: UInt64 = 0
        while next != UInt8(ascii: "\"") {
            let octet = next
            guard (0x20..<0x80).contains(octet), octet != UInt8(ascii: "\\") else {
                throw Unsure()
            }
            fingerprint = (fingerprint ^ UInt64(octet)) &* 0x100_0000_01B3
            position += 1
        }
        let key = Text(start: start, count: position - start)
        position += 1
        // Few keys: a walk is quicker than a set, and many would make it slow.
        guard fingerprints.count - first < Limits.scannedKeysMax else { throw Unsure() }
        for index in first..<fingerprints.count where fingerprints[index] == fingerprint {
            throw Unsure()
        }
        fingerprints.append(fingerprint)
        return key
    }

    // MARK: Values

    /// Reads a text; nil for `null`.
    public mutating func text() throws(Unsure) -> Text? {
        if try takeNull() { return nil }
        guard take(UInt8(ascii: "\"")) else { throw Unsure() }
        let start = position
        skipPlain()
        guard next == UInt8(ascii: "\"") else { throw Unsure() }
        position += 1
        return Text(start: start, count: position - 1 - start)
    }

    /// Skips a text, which may have escapes, or `null`.
    public mutating func skipText() throws(Unsure) {
        if try takeNull() { return }
        guard take(UInt8(ascii: "\"")) else { throw Unsure() }
        while true {
            skipPlain()
            if take(UInt8(ascii: "\"")) { return }
            guard take(UInt8(ascii: "\\")) else { throw Unsure() }
            try skipEscape()
        }
    }

    /// Whether a text comes next.
    var isBeforeText: Bool {
        mutating get {
            skipSpace()
            return next == UInt8(ascii: "\"")
        }
    }

    /// Reads a boolean; nil for `null`.
    public mutating func flag() throws(Unsure) -> Bool? {
        if try takeNull() { return nil }
        if take("true") { return true }
        guard take("false") else { throw Unsure() }
        return false
    }

    /// Reads a whole number; nil for `null`.
    public mutating func number() throws(Unsure) -> Int? {
        if try takeNull() { return nil }
        let isNegative = take(UInt8(ascii: "-"))
        let start = position
        var number = 0
        // Eighteen digits fit.
        while position < start + 18, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) {
            number = number * 10 + Int(next - UInt8(ascii: "0"))
            position += 1
        }
        let count = position - start
        switch next {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"),
            UInt8(ascii: "E"):
            throw Unsure()
        default: break
        }
        guard count > 0, count == 1 || octet(start) != UInt8(ascii: "0") else { throw Unsure() }
        return isNegative ? -number : number
    }

    /// Skips any value.
    public mutating func skip() throws(Unsure) {
        skipSpace()
        switch next {
        case UInt8(ascii: "\""): try skipText()
        case UInt8(ascii: "{"):
            try object { (scanner, _) throws(Unsure) in try scanner.skip() }
        case UInt8(ascii: "["):
            try elements { (scanner) throws(Unsure) in try scanner.skip() }
        case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try flag()
        default: _ = try number()
        }
    }

    // MARK: Texts

    /// Whether a text is the same as another.
    public func isSame(_ text: Text, _ other: StaticString) -> Bool {
        guard text.count == other.utf8CodeUnitCount else { return false }
        // SAFETY: a text lies within what was scanned, and both have as many octets.
        for index in 0..<text.count
        where unsafe base[text.start + index] != other.utf8Start[index] {
            return false
        }
        return true
    }

    /// A text as a string.
    public func string(_ text: Text) -> String {
        // SAFETY: a text lies within what was scanned.
        let octets = unsafe UnsafeBufferPointer(start: base + text.start, count: text.count)
        return unsafe String(decoding: octets, as: UTF8.self)
    }

    /// The octet of a text; 0 behind its end.
    public func octet(_ text: Text, _ index: Int) -> UInt8 {
        index < text.count ? octet(text.start + index) : 0
    }

    // MARK: Octets

    @inline(__always)
    private func octet(_ place: Int) -> UInt8 {
        // SAFETY: places are never negative, and less than the count here. 0 stands for the end,
        // and is nowhere part of JSON.
        place < end ? unsafe base[place] : 0
    }

    @inline(__always)
    private var next: UInt8 { octet(position) }

    @inline(__always)
    private mutating func take(_ wanted: UInt8) -> Bool {
        guard next == wanted else { return false }
        position += 1
        return true
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let text = Text(start: position, count: word.utf8CodeUnitCount)
        guard text.count <= end - position, isSame(text, word) else { return false }
        position += text.count
        return true
    }

    @inline(__always)
    private mutating func skipSpace() {
        while next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 { position += 1 }
    }

    private mutating func takeNull() throws(Unsure) -> Bool {
        skipSpace()
        guard next == UInt8(ascii: "n") else { return false }
        guard take("null") else { throw Unsure() }
        return true
    }

    /// Skips octets of a text up to a quote, an escape or a control character.
    private mutating func skipPlain() {
        while position + 8 <= end {
            // SAFETY: eight octets are left.
            let word = unsafe UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self)
            let stops = JSONScanner.stops(UInt64(littleEndian: word))
            guard stops == 0 else {
                position += stops.trailingZeroBitCount / 8
                return
            }
            position += 8
        }
        while next >= 0x20, next != UInt8(ascii: "\""), next != UInt8(ascii: "\\") {
            position += 1
        }
    }

    /// The upper bits of the octets that end a plain text; above the lowest, some may be wrong.
    @inline(__always)
    private static func stops(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let escapes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let found =
            (quotes &- ones) & ~quotes | (escapes &- ones) & ~escapes
            | (word &- ones &* 0x20) & ~word
        return found & (ones &* 0x80)
    }

    private mutating func skipEscape() throws(Unsure) {
        switch next {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "n"),
            UInt8(ascii: "t"), UInt8(ascii: "r"), UInt8(ascii: "b"), UInt8(ascii: "f"):
            position += 1
        case UInt8(ascii: "u"):
            // Halves of surrogate pairs (D800…DFFF) are left to the full reader.
            guard octet(position + 1) | 0x20 != UInt8(ascii: "d") else { throw Unsure() }
            for place in 1...4 where !JSONScanner.isHexadecimal(octet(position + place)) {
                throw Unsure()
            }
            position += 5
        default: throw Unsure()
        }
    }

    private static func isHexadecimal(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
