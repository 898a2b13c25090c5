internal import Synchronization

/// The seed of all hashes of keys, so that benches can repeat a run to the instruction.
package enum HashSeed {
    /// The seed that a bench asked for; 0 if none did, as in every server.
    private static let fixed = Atomic<UInt64>(0)

    /// Fixes the seed; of no effect once a view was made.
    ///
    /// Only for benches: who knows the seed can prepare names that collide.
    package static func fix(_ seed: UInt64) {
        fixed.store(seed, ordering: .relaxed)
    }

    /// A seed, drawn unless it was fixed.
    static var drawn: UInt64 {
        let seed = fixed.load(ordering: .relaxed)
        return (seed == 0 ? .random(in: .min ... .max) : seed) | 1
    }
}
