internal import Addresses

/// A text that is put together in memory that somebody lends, without allocating.
///
/// What doesn't fit is left out, and ``isCut`` says so.
@safe
struct TextLine {
    /// What a name's text takes: 255 octets of a name become 1,009 of text at most.
    static let nameOctetsMax = 1_024

    private let base: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    /// The octets written.
    private(set) var count = 0
    /// Whether something was left out.
    private(set) var isCut = false

    /// Starts with nothing in memory that outlives the text.
    init(_ memory: UnsafeMutableBufferPointer<UInt8>) {
        guard let base = memory.baseAddress else {
            preconditionFailure("a line is written into some memory")
        }
        unsafe self.base = base
        capacity = memory.count
    }

    /// The text; valid as long as the memory.
    var octets: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: base, count: count)
    }

    /// Appends an octet.
    mutating func append(_ octet: UInt8) {
        guard count < capacity else {
            isCut = true
            return
        }
        // SAFETY: count < capacity.
        unsafe base[count] = octet
        count &+= 1
    }

    /// Appends octets; none if not all fit.
    mutating func append(_ octets: UnsafeRawBufferPointer) {
        guard let source = octets.baseAddress else { return }
        guard octets.count <= capacity - count else {
            isCut = true
            return
        }
        // SAFETY: they fit behind `count`.
        unsafe UnsafeMutableRawPointer(base + count).copyMemory(
            from: source,
            byteCount: octets.count
        )
        count &+= octets.count
    }

    /// Appends a text.
    mutating func append(_ text: StaticString) {
        unsafe append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends a text that was made elsewhere.
    mutating func append(text: String) {
        for octet in text.utf8 { append(octet) }
    }

    /// Appends a number.
    mutating func append(decimal number: UInt64) {
        append(decimal: number, digits: TextLine.digitCount(number))
    }

    /// Appends the last digits of a number, with zeros in front.
    mutating func append(decimal number: UInt64, digits: Int) {
        guard digits <= capacity - count else {
            isCut = true
            return
        }
        var rest = number
        var offset = count &+ digits
        while offset > count {
            offset &-= 1
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            // SAFETY: count <= offset < count + digits <= capacity.
            unsafe base[offset] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
        count &+= digits
    }

    private static func digitCount(_ number: UInt64) -> Int {
        var count = 1
        var bound: UInt64 = 10
        while number >= bound, count < 20 {
            count &+= 1
            let (next, overflows) = bound.multipliedReportingOverflow(by: 10)
            if overflows { break }
            bound = next
        }
        return count
    }

    /// Appends seconds as Go writes the shortest number, from nanoseconds: `0.000031`.
    mutating func append(secondsOf nanoseconds: UInt64) {
        let (seconds, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        append(decimal: seconds)
        guard fraction > 0 else { return }
        var rest = fraction
        var digits = 9
        while rest % 10 == 0 {
            rest /= 10
            digits &-= 1
        }
        append(UInt8(ascii: "."))
        append(decimal: rest, digits: digits)
    }
}

extension TextLine {
    /// Appends a name in wire form as presentation text with a final dot (RFC 1035 §5.1).
    mutating func append(name: UnsafePointer<UInt8>, octetCount: Int) {
        var offset = 0
        while offset < octetCount {
            // SAFETY: a name in wire form has as many octets as its labels say.
            let length = unsafe Int(name[offset])
            guard length > 0, offset + length < octetCount else { break }
            for index in (offset &+ 1)...(offset &+ length) {
                append(escaped: unsafe name[index])
            }
            append(UInt8(ascii: "."))
            offset += 1 + length
        }
        if octetCount == 1 { append(UInt8(ascii: ".")) }
    }

    /// Appends an octet of a label: as it is, after a backslash, or as `\DDD`.
    private mutating func append(escaped octet: UInt8) {
        // Letters, digits, "-" and "_" are what nearly all names are made of.
        switch octet {
        case 0x61...0x7A, 0x2D, 0x30...0x39, 0x5F, 0x41...0x5A: append(octet)
        case UInt8(ascii: "."), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: ";"), UInt8(ascii: "@"), UInt8(ascii: "$"):
            append(UInt8(ascii: "\\"))
            append(octet)
        case 0x21...0x7E: append(octet)
        default:
            append(UInt8(ascii: "\\"))
            append(decimal: UInt64(octet), digits: 3)
        }
    }

    /// Appends an address, IPv6 in its canonical form (RFC 5952) and in brackets if asked for.
    mutating func append(_ address: IPAddress, inBrackets: Bool) {
        guard !address.isIPv4 else {
            append(ipv4: address.low)
            return
        }
        if inBrackets { append(UInt8(ascii: "[")) }
        appendIPv6(address)
        if inBrackets { append(UInt8(ascii: "]")) }
    }

    private mutating func append(ipv4 bits: UInt64) {
        var shift: UInt64 = 32
        while shift > 0 {
            shift -= 8
            append(decimal: bits &>> shift & 0xFF)
            if shift > 0 { append(UInt8(ascii: ".")) }
        }
    }

    private mutating func appendIPv6(_ address: IPAddress) {
        if address.high == 0, address.low &>> 32 == 0xFFFF {
            append("::ffff:")
            append(ipv4: address.low & 0xFFFF_FFFF)
            return
        }
        func word(_ index: Int) -> UInt64 {
            let half = index < 4 ? address.high : address.low
            return half &>> UInt64(48 &- 16 &* (index & 3)) & 0xFFFF
        }
        // The first longest run of at least two zero words is left out (RFC 5952 §4.2).
        var best = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || word(index) != 0 {
            if index - start > max(1, best.count) { best = start..<index }
            start = index + 1
        }
        var index = 0
        while index < 8 {
            if index == best.lowerBound, !best.isEmpty {
                append("::")
                index = best.upperBound
                continue
            }
            append(hexadecimal: word(index))
            index += 1
            if index < 8, index != best.lowerBound || best.isEmpty { append(UInt8(ascii: ":")) }
        }
    }

    private mutating func append(hexadecimal word: UInt64) {
        var shift = 12
        while shift > 0, word &>> UInt64(shift) == 0 { shift -= 4 }
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: word &>> UInt64(shift) & 0xF)
            append(digit < 10 ? UInt8(ascii: "0") &+ digit : UInt8(ascii: "a") &+ (digit &- 10))
            shift -= 4
        }
    }
}
