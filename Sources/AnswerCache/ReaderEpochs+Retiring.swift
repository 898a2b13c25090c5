// For what is replaced now and then beside caches: tables of hosts, zones.
extension ReaderEpochs {
    /// The number to remember with something that was just made unreachable for new readers.
    public var retirementEpoch: UInt64 { current }

    /// Begins the next epoch: what was retired with a lower number than the result has no reader
    /// any more, and can be freed.
    public func oldestReadingEpoch() -> UInt64 { advance() }
}
