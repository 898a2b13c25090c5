/// How long an upstream takes to answer, in nanoseconds.
///
/// Both figures follow the upstream in small steps, so that one odd answer changes little and no
/// list of samples is kept.
struct RoundTrip {
    /// The usual time; 0 before the first answer.
    private(set) var usual: UInt64 = 0
    /// The time within which 95 % of the answers come; 0 before the first answer.
    private(set) var late: UInt64 = 0

    /// Takes in how long an answer took.
    mutating func add(_ sample: UInt64) {
        guard late > 0 else {
            usual = max(sample, 1)
            late = max(sample, 1) * 2
            return
        }
        // The average of RFC 6298 §2.
        usual = max(usual - usual / 8 + sample / 8, 1)
        // A step up is nineteen times a step down: they balance where 5 % of the samples are above.
        let step = late / 256 + 1
        late = sample > late ? late + 19 * step : late - min(step, late - 1)
    }

    /// Takes in that no answer came within `wait`.
    mutating func addFailure(_ wait: UInt64) {
        usual = min(max(usual * 2, 1_000_000), max(wait, 1_000_000))
    }
}
