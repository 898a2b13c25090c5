import Glibc

/// Times of many steps, in microseconds.
struct Timing {
    private var values: [Double] = []

    /// Microseconds since some fixed moment.
    static var now: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }

    /// Adds a step.
    mutating func add(_ microseconds: Double) { values.append(microseconds) }

    /// Median, 99th percentile and greatest value, as a JSON object.
    var json: String {
        let sorted = values.sorted()
        guard let last = sorted.last else { return "null" }
        let median = sorted[sorted.count / 2]
        let high = sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
        return "{\"median_us\": \(median), \"p99_us\": \(high), \"max_us\": \(last)}"
    }
}
