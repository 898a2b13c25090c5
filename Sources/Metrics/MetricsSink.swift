/// Where one can count: a worker's own block, or the one that all share.
public protocol MetricsSink {
    /// Adds to a counter.
    func add(_ counter: Counter, _ count: UInt64)
}

extension MetricsSink {
    /// Adds one to a counter.
    @inlinable
    public func add(_ counter: Counter) { add(counter, 1) }

    /// Adds to the counter of a range that an index chooses; see ``CounterRange/subscript(_:)``.
    @inlinable
    public func add(_ range: CounterRange, _ index: Int, _ count: UInt64 = 1) {
        add(range[index], count)
    }

    /// Puts a duration into a histogram of seconds.
    @inlinable
    public func observe(_ histogram: Histogram, nanoseconds: UInt64) {
        add(histogram.bucket(of: nanoseconds), 1)
        add(histogram.sum, nanoseconds)
    }

    /// Puts a duration into a histogram of seconds.
    @inlinable
    public func observe(_ histogram: Histogram, seconds: Double) {
        observe(histogram, nanoseconds: Histogram.nanoseconds(seconds))
    }

    /// Puts a number into a histogram of octets; a negative one counts as none.
    @inlinable
    public func observe(_ histogram: Histogram, octets: Int) {
        let value = UInt64(max(octets, 0))
        add(histogram.bucket(of: value), 1)
        add(histogram.sum, value)
    }
}
