/// A small repeatable generator (SplitMix64), so that a failing case can be run again.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Makes the generator of a seed.
    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// Returns a number of a range.
    public mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self)
    }

    /// Returns octets, as many as a range says.
    public mutating func octets(_ range: ClosedRange<Int>) -> [UInt8] {
        (0..<number(range)).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// Returns a 16-bit number.
    public mutating func word() -> UInt16 { UInt16(truncatingIfNeeded: next()) }

    /// Returns an octet.
    public mutating func octet() -> UInt8 { UInt8(truncatingIfNeeded: next()) }

    /// Returns true once in so many times.
    public mutating func chance(_ oneIn: Int) -> Bool { next() % UInt64(oneIn) == 0 }
}
