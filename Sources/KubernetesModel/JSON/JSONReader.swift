import OrderedCollections

/// Reads JSON text (RFC 8259) into values.
///
/// Why a reader of our own: objects must come back as they were applied, so keys keep their order,
/// fields that nobody interprets stay, and whole numbers stay whole up to 64 bits, none of which
/// Foundation's decoders promise. Depth and size are bounded, a repeated key is an error instead of
/// a silent loss, and the package's lower targets stay free of Foundation.
///
/// Octets are looked at once, in place; strings without escapes are made from the input directly.
public struct JSONReader {
    /// The state of the list or mapping that is being read.
    private enum Container {
        case array
        case object
    }

    private let octets: [UInt8]
    private var position = 0
    private var depth = 0
    private var nodeCount = 0
    private let depthMax: Int
    private let nodesMax: Int

    /// Reads one JSON text; only white space may stand around it.
    ///
    /// - Throws: ``JSONError`` with the place of the first mistake.
    public static func read(
        _ octets: [UInt8],
        depthMax: Int = Limits.depthMax,
        octetsMax: Int = Limits.documentOctetsMax,
        nodesMax: Int = Limits.nodesMax
    ) throws(JSONError) -> Value {
        var reader = JSONReader(octets: octets, depthMax: depthMax, nodesMax: nodesMax)
        guard octets.count <= octetsMax else {
            throw reader.error("the text has \(octets.count) octets; at most \(octetsMax) are read")
        }
        try reader.checkEncoding()
        let value = try reader.readValue()
        reader.skipSpace()
        guard reader.position == octets.count else {
            throw reader.error("expected the end of the text, found \(reader.found)")
        }
        return value
    }

    /// Reads one JSON text; only white space may stand around it.
    ///
    /// - Throws: ``JSONError`` with the place of the first mistake.
    public static func read(_ text: String) throws(JSONError) -> Value {
        try read(Array(text.utf8))
    }

    /// Reads JSON texts that follow one another, each with the line it begins in.
    ///
    /// - Throws: ``JSONError`` with the place of the first mistake.
    static func readSequence(_ octets: [UInt8]) throws(JSONError) -> [(line: Int, value: Value)] {
        var reader = JSONReader(
            octets: octets,
            depthMax: Limits.depthMax,
            nodesMax: Limits.nodesMax
        )
        try reader.checkEncoding()
        var values: [(line: Int, value: Value)] = []
        var line = 1
        var counted = 0
        while true {
            reader.skipSpace()
            guard reader.position < octets.count else { return values }
            line += octets[counted..<reader.position].count { $0 == 0x0A }
            counted = reader.position
            values.append((line, try reader.readValue()))
        }
    }

    private init(octets: [UInt8], depthMax: Int, nodesMax: Int) {
        self.octets = octets
        self.depthMax = depthMax
        self.nodesMax = nodesMax
    }

    // MARK: Values

    private mutating func readValue() throws(JSONError) -> Value {
        skipSpace()
        guard position < octets.count else { throw error("expected a value, found the end") }
        nodeCount += 1
        guard nodeCount <= nodesMax else { throw error("more than \(nodesMax) values") }
        switch octets[position] {
        case UInt8(ascii: "\""): return .string(try readString())
        case UInt8(ascii: "{"): return try readObject()
        case UInt8(ascii: "["): return try readArray()
        case UInt8(ascii: "t"): return try readWord("true", .bool(true))
        case UInt8(ascii: "f"): return try readWord("false", .bool(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber()
        default: throw error("expected a value, found \(found)")
        }
    }

    private mutating func readObject() throws(JSONError) -> Value {
        try enter()
        var fields: Fields = [:]
        skipSpace()
        if take(UInt8(ascii: "}")) {
            depth -= 1
            return .object(fields)
        }
        repeat {
            skipSpace()
            let start = position
            guard position < octets.count, octets[position] == UInt8(ascii: "\"") else {
                throw error("expected a key in quotes, found \(found)")
            }
            let key = try readString()
            skipSpace()
            guard take(UInt8(ascii: ":")) else {
                throw error("expected ':' after the key, found \(found)")
            }
            let value = try readValue()
            if fields.updateValue(value, forKey: key) != nil {
                position = start
                throw error("key \(JSONWriter.quoted(String(key.prefix(100)))) is there twice")
            }
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw error("expected ',' or '}', found \(found)") }
        depth -= 1
        return .object(fields)
    }

    private mutating func readArray() throws(JSONError) -> Value {
        try enter()
        var items: [Value] = []
        skipSpace()
        if take(UInt8(ascii: "]")) {
            depth -= 1
            return .array(items)
        }
        repeat {
            items.append(try readValue())
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw error("expected ',' or ']', found \(found)") }
        depth -= 1
        return .array(items)
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        guard depth <= depthMax else {
            throw error("lists and mappings are nested deeper than \(depthMax) levels")
        }
        position += 1
    }

    private mutating func readWord(
        _ word: StaticString,
        _ value: Value
    ) throws(JSONError) -> Value {
        let count = word.utf8CodeUnitCount
        let end = position + count
        guard end <= octets.count, octets[position..<end].elementsEqual("\(word)".utf8) else {
            throw error("expected a value, found \(found)")
        }
        position = end
        return value
    }

    // MARK: Numbers

    private mutating func readNumber() throws(JSONError) -> Value {
        let start = position
        let isNegative = take(UInt8(ascii: "-"))
        let integerStart = position
        var magnitude: UInt64 = 0
        var fits = true
        while let digit = digit {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            magnitude = sum
            if overflow || carry { fits = false }
            position += 1
        }
        guard position > integerStart else { throw error("expected a digit, found \(found)") }
        if position - integerStart > 1, octets[integerStart] == UInt8(ascii: "0") {
            position = integerStart
            throw error("a number must not begin with a zero")
        }
        let isWhole = try !skipFraction()
        if isWhole, fits {
            if isNegative, magnitude <= UInt64(Int64.max) + 1 {
                return .integer(Int64(truncatingIfNeeded: 0 &- magnitude))
            }
            if !isNegative, let number = Int64(exactly: magnitude) { return .integer(number) }
        }
        let text = String(decoding: octets[start..<position], as: UTF8.self)
        guard let number = Double(text), number.isFinite else {
            position = start
            throw error("the number is too large")
        }
        return Value(number)
    }

    /// Skips a fraction and an exponent; tells whether there was one.
    private mutating func skipFraction() throws(JSONError) -> Bool {
        var isThere = false
        if take(UInt8(ascii: ".")) {
            isThere = true
            try skipDigits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isThere = true
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try skipDigits()
        }
        return isThere
    }

    private mutating func skipDigits() throws(JSONError) {
        guard digit != nil else { throw error("expected a digit, found \(found)") }
        while digit != nil { position += 1 }
    }

    private var digit: UInt8? {
        guard position < octets.count else { return nil }
        let octet = octets[position]
        return octet >= UInt8(ascii: "0") && octet <= UInt8(ascii: "9")
            ? octet - UInt8(ascii: "0") : nil
    }

    // MARK: Strings

    private mutating func readString() throws(JSONError) -> String {
        position += 1
        let start = position
        while position < octets.count {
            let octet = octets[position]
            if octet == UInt8(ascii: "\"") {
                defer { position += 1 }
                return String(decoding: octets[start..<position], as: UTF8.self)
            }
            if octet == UInt8(ascii: "\\") { return try readEscaped(from: start) }
            guard octet >= 0x20 else { throw error("a string holds \(found); write it as \\u00XX") }
            position += 1
        }
        throw error("the string has no end")
    }

    /// Reads the rest of a string that has an escape at `position`.
    private mutating func readEscaped(from start: Int) throws(JSONError) -> String {
        var text = Array(octets[start..<position])
        while position < octets.count {
            let octet = octets[position]
            switch octet {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                position += 1
                try readEscape(into: &text)
            case 0..<0x20:
                throw error("a string holds \(found); write it as \\u00XX")
            default:
                text.append(octet)
                position += 1
            }
        }
        throw error("the string has no end")
    }

    private mutating func readEscape(into text: inout [UInt8]) throws(JSONError) {
        guard position < octets.count else { throw error("the string has no end") }
        let octet = octets[position]
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(octet)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"):
            position += 1
            text.append(contentsOf: String(Character(try readCodePoint())).utf8)
            return
        default: throw error("unknown escape \\\(found)")
        }
        position += 1
    }

    /// Reads four hexadecimal digits, and the second half of a surrogate pair (RFC 8259 §7).
    private mutating func readCodePoint() throws(JSONError) -> Unicode.Scalar {
        let start = position
        var code = try readHexadecimal()
        if (0xD800..<0xDC00).contains(code), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
            let low = try readHexadecimal()
            if (0xDC00..<0xE000).contains(low) {
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
        }
        guard let scalar = Unicode.Scalar(code) else {
            position = start
            throw error("half a surrogate pair stands alone")
        }
        return scalar
    }

    private mutating func readHexadecimal() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard position < octets.count,
                let digit = Character(Unicode.Scalar(octets[position])).hexDigitValue
            else { throw error("expected four hexadecimal digits, found \(found)") }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    // MARK: Octets

    @inline(__always)
    private mutating func skipSpace() {
        while position < octets.count {
            let octet = octets[position]
            guard octet == 0x20 || octet == 0x0A || octet == 0x0D || octet == 0x09 else { return }
            position += 1
        }
    }

    @inline(__always)
    private mutating func take(_ octet: UInt8) -> Bool {
        guard position < octets.count, octets[position] == octet else { return false }
        position += 1
        return true
    }

    /// Refuses text that is not UTF-8, before any of it becomes a string that hides the damage.
    private mutating func checkEncoding() throws(JSONError) {
        do {
            _ = try UTF8Span(validating: octets.span)
        } catch {
            position = error.byteOffsets.lowerBound
            throw self.error("the text is not UTF-8")
        }
    }

    private func error(_ message: String) -> JSONError {
        let before = octets[..<min(position, octets.count)]
        let line = before.count { $0 == 0x0A } + 1
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return JSONError(line: line, column: before.count - lineStart + 1, message: message)
    }

    /// What stands at the current position, for messages.
    private var found: String {
        guard position < octets.count else { return "the end" }
        let octet = octets[position]
        if octet < 0x20 || octet == 0x7F { return "the control character \(octet)" }
        let rest = String(decoding: octets[position...].prefix(4), as: UTF8.self)
        return rest.first.map { "'\($0)'" } ?? "the end"
    }
}
