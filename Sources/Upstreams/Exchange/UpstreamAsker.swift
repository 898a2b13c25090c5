/// Somebody who asked upstreams, and is told what came of it.
///
/// A class with one method, as a closure for each question would be allocated for each question.
///
/// `@unchecked Sendable`: a base class can't state what its subclasses add; each keeps to it that
/// one thread uses it at a time.
open class UpstreamAsker: @unchecked Sendable {
    /// Creates an asker.
    public init() {}

    /// Takes the outcome, once, on the loop's thread; what a reply lends is lent until it returns.
    open func take(_ outcome: UpstreamOutcome) {}
}

/// An asker that calls a closure.
///
/// `@unchecked Sendable`: restated from ``UpstreamAsker``; used on the loop's thread only.
final class ClosureAsker: UpstreamAsker, @unchecked Sendable {
    private let then: (UpstreamOutcome) -> Void

    init(_ then: @escaping (UpstreamOutcome) -> Void) {
        self.then = then
    }

    override func take(_ outcome: UpstreamOutcome) {
        then(outcome)
    }
}
