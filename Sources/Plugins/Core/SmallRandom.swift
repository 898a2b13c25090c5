/// Random numbers for choices that need no secrecy, made from the one number that a query has.
///
/// A query that is answered again gets the same ones. The method is SplitMix64 of Steele, Lea and
/// Flood (2014).
struct SmallRandom: RandomNumberGenerator {
    private var state: UInt64

    /// Starts from a query's number; `purpose` tells apart who draws from the same number.
    init(_ number: UInt32, purpose: UInt64) {
        state = UInt64(number) | purpose << 32
    }

    /// The next number.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value &>> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value &>> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value &>> 31
    }

    /// A number below `bound`, which is at least 1 and below 2³².
    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: ((next() &>> 32) &* UInt64(bound)) &>> 32)
    }
}
