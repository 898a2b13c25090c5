internal import Glibc

/// Where identifiers and choices come from.
public struct UpstreamRandom: Sendable {
    /// Fills the words.
    let fill: @Sendable (inout [UInt64]) -> Void

    /// The kernel's generator for secrets.
    public static let system = UpstreamRandom { words in
        // More than 256 octets are refused (getentropy(3)).
        for start in stride(from: 0, to: words.count, by: 32) {
            let end = min(start + 32, words.count)
            unsafe words.withUnsafeMutableBytes { bytes in
                let octets = (end - start) * 8
                let part = unsafe bytes.baseAddress.map { unsafe $0 + start * 8 }
                // SAFETY: the part lies in the words' memory. The call cannot fail for so few
                // octets once the system has started; it waits until then.
                while let part = unsafe part, unsafe getentropy(part, octets) != 0 {}
            }
        }
    }

    /// A generator for tests: the same seed, the same numbers.
    public static func seeded(_ seed: UInt64) -> UpstreamRandom {
        UpstreamRandom { words in
            var state = seed ^ (words.last ?? 0)
            for index in words.indices {
                state &+= 0x9E37_79B9_7F4A_7C15
                var word = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
                word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
                words[index] = word ^ word >> 31
            }
        }
    }
}

/// Random words in stock, so that one system call serves many queries.
struct RandomPool {
    private let source: UpstreamRandom
    private var words: [UInt64]
    private var used: Int

    init(_ source: UpstreamRandom) {
        self.source = source
        words = Array(repeating: 0, count: 256)
        used = words.count
    }

    /// The next word.
    mutating func next() -> UInt64 {
        if used == words.count {
            source.fill(&words)
            used = 0
        }
        used += 1
        return words[used - 1]
    }

    /// A number below `bound`, which is small against 2⁶⁴.
    mutating func next(below bound: Int) -> Int {
        bound <= 1 ? 0 : Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }
}
