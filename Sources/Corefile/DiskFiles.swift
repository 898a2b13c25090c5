internal import Glibc

/// The files of the machine.
public struct DiskFiles: CorefileFiles {
    /// Creates the machine's files.
    public init() {}

    /// Reads a file.
    public func contents(of path: String) throws(CorefileFileError) -> [UInt8] {
        // SAFETY: `path` becomes a terminated copy for the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DiskFiles.error(errno) }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // SAFETY: the buffer outlives the call, which writes at most its count.
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe read(descriptor, bytes.baseAddress, bytes.count)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw DiskFiles.error(errno)
            }
            if count == 0 { return content }
            content += buffer[..<count]
            guard content.count <= Limits.octetsMax else { throw .tooLarge }
        }
    }

    /// The names in a directory, in any order; empty if it cannot be read.
    public func names(in directory: String) -> [String] {
        // SAFETY: the stream is closed before leaving, an entry is used before the next is read.
        guard let stream = unsafe opendir(directory.isEmpty ? "." : directory) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Whether there is something at a path.
    public func exists(_ path: String) -> Bool {
        // SAFETY: `path` becomes a terminated copy for the call.
        unsafe access(path, F_OK) == 0
    }

    private static func error(_ code: Int32) -> CorefileFileError {
        switch code {
        case ENOENT: .notFound
        case EISDIR: .isDirectory
        // SAFETY: the text is copied before another call on this thread can change it.
        default: .system(unsafe String(cString: strerror(code)))
        }
    }
}
