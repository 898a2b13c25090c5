import Glibc

/// The right to be the `martlet up` of a node, which one process at a time has.
///
/// It is given up when the object goes, or the process ends, however that happens.
public final class UpClaim: Sendable {
    private let lock: FileLock

    /// Takes the right.
    ///
    /// - Parameters:
    ///   - state: Where the node's state is.
    ///   - waits: Whether to wait for the one that has it to end.
    /// - Throws: ``PodError`` if another process has it, or the state can't be written.
    public init(_ state: StateDirectory, waits: Bool = false) throws(PodError) {
        try StateFile.makeDirectory(state.path)
        guard let lock = try FileLock("\(state.path)/up.lock", waits: waits) else {
            throw PodError(
                "a martlet up runs here, with its state in \(state.path): end that one first"
            )
        }
        self.lock = lock
    }

    deinit { lock.release() }
}
