internal import Glibc

/// Lists of bounds for histograms.
public enum HistogramBounds {
    /// The bounds of durations that CoreDNS uses: 16 of them, from 0.25 ms doubling to 8.192 s.
    public static let durations = exponential(from: 0.000_25, factor: 2, count: 16)
    /// The short list for durations: five, from 0.25 ms, each ten times the last.
    public static let durationsShort = exponential(from: 0.000_25, factor: 10, count: 5)
    /// The bounds of message sizes that CoreDNS uses.
    public static let messageOctets: [Double] = [
        0, 100, 200, 300, 400, 511, 1_023, 2_047, 4_095, 8_291, 16_000, 32_000, 48_000, 64_000,
    ]

    /// Makes bounds each of which is the one before times a factor.
    public static func exponential(from first: Double, factor: Double, count: Int) -> [Double] {
        var bounds: [Double] = []
        var bound = first
        // Multiplied step by step, as Prometheus' clients do, so that the last digits agree.
        for _ in 0..<max(count, 0) {
            bounds.append(bound)
            bound *= factor
        }
        return bounds
    }

    /// The bounds that can be used: finite, not negative, ascending, not too many.
    static func usable(_ bounds: [Double]) -> [Double] {
        var usable: [Double] = []
        for bound in bounds.filter({ $0.isFinite && $0 >= 0 }).sorted() where bound != usable.last {
            usable.append(bound)
        }
        return Array(usable.prefix(Limits.boundCountMax))
    }

    /// The greatest whole observation that isn't above a bound.
    static func whole(_ bound: Double, unit: HistogramUnit) -> UInt64 {
        // Seconds have binary fractions: 0.0005 s times a billion need not be whole.
        let value = unit == .seconds ? (bound * 1e9).rounded() : bound.rounded(.down)
        return value < 0x1p63 ? UInt64(value) : 1 << 63
    }
}
