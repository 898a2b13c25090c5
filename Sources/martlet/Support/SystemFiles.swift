import Corefile
import Glibc

/// Files and surroundings of the process.
enum SystemFiles {
    /// The value of an environment variable; nil if it isn't set or empty.
    static func environment(_ name: String) -> String? {
        // SAFETY: the text is copied at once, and nothing here changes the environment.
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// Reads a file.
    static func read(_ path: String) throws -> [UInt8] {
        do throws(CorefileFileError) {
            return try DiskFiles().contents(of: path)
        } catch {
            throw Failure("\(path): \(error)")
        }
    }

    /// Replaces a file's content; it is complete or not there, as it is renamed into its place.
    ///
    /// What isn't a plain file, such as `/dev/stdout` or a mounted `/etc/resolv.conf`, is written
    /// in place.
    static func write(_ text: String, to path: String) throws {
        let temporary = "\(path).martlet.\(getpid())"
        if !isSpecial(path), (try? put(text, to: temporary, O_CREAT | O_EXCL)) != nil {
            // SAFETY: both paths are passed as terminated copies.
            if unsafe rename(temporary, path) == 0 { return }
            _ = unsafe unlink(temporary)
        }
        try put(text, to: path, O_CREAT | O_TRUNC)
    }

    private static func isSpecial(_ path: String) -> Bool {
        var status = stat()
        // SAFETY: the call fills the structure that it is given.
        guard unsafe lstat(path, &status) == 0 else { return false }
        return status.st_mode & S_IFMT != S_IFREG
    }

    private static func put(_ text: String, to path: String, _ flags: Int32) throws {
        // SAFETY: the path is passed as a terminated copy.
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC | flags, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            // SAFETY: the call reads at most the count that it is given.
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw failure(path)
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Creates a directory and those above it.
    static func createDirectory(_ path: String) throws {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/\(part)"
            // SAFETY: the path is passed as a terminated copy.
            guard unsafe mkdir(made, 0o755) == 0 || errno == EEXIST else { throw failure(made) }
        }
    }

    /// The machine's hostname.
    static var hostname: String {
        var buffer = [UInt8](repeating: 0, count: 256)
        // SAFETY: the call writes at most the count that it is given.
        let result = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { text in
                unsafe text.baseAddress.map { unsafe gethostname($0, text.count - 1) } ?? -1
            }
        }
        return result == 0 ? String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self) : ""
    }

    /// The failure that the last call on a file left behind.
    static func failure(_ path: String) -> Failure {
        let code = errno
        // SAFETY: the text is copied before another call on this thread can change it.
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        let status: Failure.Status = code == EACCES || code == EPERM ? .noPermission : .refused
        return Failure("\(path): \(reason)", status: status)
    }
}
