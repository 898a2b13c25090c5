/// Counts what happens; called on the loop's thread.
public protocol UpstreamObserver: AnyObject {
    /// An upstream answered an attempt, `nanoseconds` after it was sent.
    func answered(_ upstream: Int, code: UInt16, nanoseconds: UInt64)
    /// An attempt failed.
    func failed(_ upstream: Int, _ failure: UpstreamFailure)
    /// A probe failed.
    func probeFailed(_ upstream: Int)
    /// A question found no upstream that is well.
    func foundAllDown()
    /// A question was refused because as many as allowed are under way.
    func refusedConcurrent()
    /// A socket or stream was used: one that was open already, or a new one.
    func connected(_ upstream: Int, _ transport: UpstreamTransport, isReused: Bool)
    /// A message was dropped because it answers no question that was asked there.
    func droppedStray(_ upstream: Int)
    /// A second upstream was asked because the first is late.
    func hedged(_ upstream: Int)
    /// A question was added to one that is under way already.
    func joined()
}

extension UpstreamObserver {
    /// Counts nothing.
    public func answered(_ upstream: Int, code: UInt16, nanoseconds: UInt64) {}
    /// Counts nothing.
    public func failed(_ upstream: Int, _ failure: UpstreamFailure) {}
    /// Counts nothing.
    public func probeFailed(_ upstream: Int) {}
    /// Counts nothing.
    public func foundAllDown() {}
    /// Counts nothing.
    public func refusedConcurrent() {}
    /// Counts nothing.
    public func connected(_ upstream: Int, _ transport: UpstreamTransport, isReused: Bool) {}
    /// Counts nothing.
    public func droppedStray(_ upstream: Int) {}
    /// Counts nothing.
    public func hedged(_ upstream: Int) {}
    /// Counts nothing.
    public func joined() {}
}
