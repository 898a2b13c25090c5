/// A generator whose sequence follows from its seed (SplitMix64), so that failures repeat.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// A number of a range.
    public mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self)
    }

    /// Any octets, as many as a range allows.
    public mutating func octets(_ range: ClosedRange<Int>) -> [UInt8] {
        (0..<number(range)).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// Any 16 bits.
    public mutating func word() -> UInt16 { UInt16(truncatingIfNeeded: next()) }

    /// Any octet.
    public mutating func octet() -> UInt8 { UInt8(truncatingIfNeeded: next()) }

    /// True once in so many times.
    public mutating func chance(_ oneIn: Int) -> Bool { next() % UInt64(oneIn) == 0 }

    /// A text made of pieces of a language, so that parsers get past its first word.
    public mutating func text(of pieces: [String], upTo count: Int) -> String {
        (0..<number(0...count)).map { _ in pieces.randomElement(using: &self) ?? "" }.joined()
    }
}
