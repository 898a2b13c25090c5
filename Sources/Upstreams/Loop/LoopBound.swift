/// A value of a loop's thread, on its way through other threads, which must not look at it.
// Sendable: the value can be read only on the loop's thread, which `value` checks. It is freed
// wherever its last reference goes; what it holds then has no reference left on the loop's side.
struct LoopBound<Value>: @unchecked Sendable {
    private let mailbox: Mailbox
    private let bound: Value

    init(_ mailbox: Mailbox, _ value: Value) {
        self.mailbox = mailbox
        bound = value
    }

    /// The value, on the loop's thread.
    var value: Value {
        mailbox.assertOwner()
        return bound
    }
}
