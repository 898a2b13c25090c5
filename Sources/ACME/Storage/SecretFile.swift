internal import Glibc

/// Files that hold keys: only their owner may read them, and they change at once or not at all.
enum SecretFile {
    /// Reads a file; nil if there is none.
    static func read(_ path: String) throws(ACMEError) -> [UInt8]? {
        // SAFETY: the path is terminated by the compiler, and valid for the length of the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("read", path)
        }
        defer { close(descriptor) }
        var octets: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while octets.count <= Limits.fileOctetsMax {
            // SAFETY: the buffer is a valid array of `count` octets for the length of the call.
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return octets }
            if count > 0 {
                octets += chunk[..<count]
            } else if errno != EINTR {
                throw failure("read", path)
            }
        }
        throw ACMEError(.storage, "\(path) has more than \(Limits.fileOctetsMax) octets")
    }

    /// Writes a file beside its place, and then puts it there.
    static func write(_ octets: [UInt8], to path: String) throws(ACMEError) {
        let beside = "\(path).new"
        // What a crash left there is of no use.
        _ = unsafe unlink(beside)
        // SAFETY: the path is terminated by the compiler, and valid for the length of the call.
        let descriptor = unsafe open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("create", beside) }
        defer { close(descriptor) }
        var offset = 0
        while offset < octets.count {
            let rest = Array(octets[offset...])
            // SAFETY: the array is valid, with `count` octets, for the length of the call.
            let count = unsafe Glibc.write(descriptor, rest, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write", beside) }
            offset += count
        }
        guard fsync(descriptor) == 0 else { throw failure("write", beside) }
        // SAFETY: both paths are terminated by the compiler, and valid for the call.
        guard unsafe rename(beside, path) == 0 else { throw failure("rename", beside) }
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        // SAFETY: as above. If the directory can't be synced, the file is there all the same.
        let parent = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if parent >= 0 {
            _ = fsync(parent)
            close(parent)
        }
    }

    /// Makes a directory, and those above it, that only their owner may enter.
    static func makeDirectory(_ path: String) throws(ACMEError) {
        // SAFETY: the path is terminated by the compiler, and valid for the length of the call.
        if unsafe mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw failure("create", path)
        }
        try makeDirectory(String(path[..<slash]))
        // SAFETY: as above.
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw failure("create", path)
        }
    }

    static func failure(_ verb: String, _ path: String) -> ACMEError {
        // SAFETY: the C library returns a terminated string, copied before the next call.
        let reason = unsafe String(cString: strerror(errno))
        return ACMEError(
            .storage,
            "cannot \(verb) \(path): \(reason)",
            mend: "name a directory with `storage` that the server may write to"
        )
    }
}
