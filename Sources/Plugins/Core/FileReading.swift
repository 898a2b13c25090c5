internal import Glibc

/// What tells a version of a file from another without reading it.
struct FileVersion: Sendable, Hashable {
    private let device: UInt64
    private let inode: UInt64
    /// The file's octets.
    let octetCount: Int64
    /// When it was last written, in nanoseconds since 1970.
    let time: Int64
    /// Whether it is a directory.
    let isDirectory: Bool

    /// Looks at a file; nil if there is none, or none that may be looked at.
    ///
    /// Of a link, what it leads to counts, unless `followsLinks` is false.
    init?(_ path: String, followsLinks: Bool = true) {
        var status = stat()
        let flags = followsLinks ? 0 : AT_SYMLINK_NOFOLLOW
        // SAFETY: `path` becomes a terminated copy; the call fills the structure it is given.
        guard unsafe fstatat(AT_FDCWD, path, &status, flags) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        octetCount = Int64(status.st_size)
        time = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
    }

    /// When it was last written, in seconds since 1970.
    var seconds: Double { Double(time / 1_000_000) / 1_000 }
}

/// Why a file could not be read.
struct FileReadingError: Error, CustomStringConvertible {
    /// The reason.
    let description: String
}

/// Reads files whole, up to a bound.
enum FileReading {
    /// Reads a file of at most `limit` octets.
    ///
    /// - Throws: ``FileReadingError``.
    static func octets(_ path: String, limit: Int) throws(FileReadingError) -> [UInt8] {
        // Not blocking, or the open of a pipe without a writer would never return.
        // SAFETY: `path` becomes a terminated copy for the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // SAFETY: the buffer outlives the call, which writes at most its count.
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe read(descriptor, bytes.baseAddress, bytes.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            if count == 0 { return content }
            content += buffer[..<count]
            guard content.count <= limit else {
                throw FileReadingError(
                    description: "\(path) has more than \(limit) octets; make it smaller"
                )
            }
        }
    }

    private static func failure(_ path: String) -> FileReadingError {
        // SAFETY: the text is copied before another call on this thread can change it.
        FileReadingError(description: "\(path): \(unsafe String(cString: strerror(errno)))")
    }
}
