/// What went wrong, for the one who started the probe.
struct ProbeError: Error, CustomStringConvertible {
    /// What and where.
    let description: String

    /// Creates an error.
    init(_ description: String) { self.description = description }
}
