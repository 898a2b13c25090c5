import Glibc
internal import HostNetwork
internal import KubernetesModel

/// Small files of state: each is complete or not there.
enum StateFile {
    /// Reads a file; nil if it isn't there.
    static func read(
        _ path: String,
        octetsMax: Int = Limits.stateOctetsMax
    ) throws(PodError) -> [UInt8]? {
        // One octet more than may be tells that there are more.
        guard let octets = HostFile.read(path, octetsMax: min(octetsMax, Int.max - 1) + 1) else {
            if errno == ENOENT { return nil }
            throw failure("read \(path)")
        }
        guard octets.count <= octetsMax else {
            throw PodError("\(path) is too large to be state of a pod: remove it")
        }
        return octets
    }

    /// Replaces a file's content.
    static func write(
        _ octets: [UInt8],
        to path: String,
        mode: mode_t = 0o644
    ) throws(PodError) {
        let temporary = "\(path).new"
        // SAFETY: the path is passed as a terminated copy.
        let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw failure("write \(temporary)") }
        var rest = octets[...]
        while !rest.isEmpty {
            // SAFETY: the call reads at most as many octets as there are.
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = failure("write \(temporary)")
                close(file)
                throw error
            }
            rest = rest.dropFirst(count)
        }
        close(file)
        // SAFETY: both paths are passed as terminated copies.
        guard unsafe rename(temporary, path) == 0 else { throw failure("write \(path)") }
    }

    /// Replaces a file's content by text.
    static func write(_ text: String, to path: String) throws(PodError) {
        try write(Array(text.utf8), to: path)
    }

    /// Reads a file of JSON; nil if it isn't there, or isn't whole.
    static func fields(_ path: String) throws(PodError) -> Fields? {
        guard let octets = try read(path) else { return nil }
        return (try? JSONReader.read(octets))?.object
    }

    /// Replaces a file's content by JSON.
    static func write(_ fields: Fields, to path: String) throws(PodError) {
        try write(JSONWriter.pretty(.object(fields)), to: path)
    }

    /// Makes a directory and those above it.
    static func makeDirectory(_ path: String) throws(PodError) {
        var made = ""
        for part in path.split(separator: "/") {
            made += "/\(part)"
            // SAFETY: the path is passed as a terminated copy.
            guard unsafe mkdir(made, 0o755) == 0 || errno == EEXIST else {
                throw failure("make the directory \(made)")
            }
        }
    }

    /// Removes a directory of plain files.
    static func removeDirectory(_ path: String) {
        for name in HostFile.names(in: path) { _ = unsafe unlink("\(path)/\(name)") }
        // SAFETY: the path is passed as a terminated copy.
        _ = unsafe rmdir(path)
    }

    /// The error that the last call left behind.
    static func failure(_ task: String) -> PodError {
        let code = errno
        // SAFETY: the text is copied before another call on this thread can change it.
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        let kind: PodError.Kind = code == EACCES || code == EPERM ? .noPermission : .refused
        return PodError("cannot \(task): \(reason)", kind: kind)
    }
}
