internal import Glibc

/// Keeps processes, and configurations that follow each other in one, from ordering from the same
/// storage at the same time; it ends with the process, too.
final class StorageLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock of a directory; nil if somebody else has it.
    init?(_ directory: String) throws(ACMEError) {
        let path = "\(directory)/lock"
        // SAFETY: the path is terminated by the compiler, and valid for the length of the call.
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SecretFile.failure("open", path) }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
        guard errno == EWOULDBLOCK || errno == EINTR else {
            throw SecretFile.failure("lock", path)
        }
        return nil
    }

    /// Lets others take it; also done when nobody holds this any more.
    func release() {
        _ = flock(descriptor, LOCK_UN)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }
}
