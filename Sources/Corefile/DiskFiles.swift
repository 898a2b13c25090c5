internal import Glibc

/// The files of the machine.
public struct DiskFiles: CorefileFiles {
    /// Creates the machine's files.
    public init() {}

    /// Reads a file, or a pipe that something is written to before long.
    public func contents(of path: String) throws(CorefileFileError) -> [UInt8] {
        // Without O_NONBLOCK, a pipe that nobody writes to would never open.
        // SAFETY: `path` becomes a terminated copy for the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw DiskFiles.error(errno) }
        defer { close(descriptor) }
        return try read(descriptor)
    }

    /// Reads standard input to its end, however long that takes.
    public func standardInput() throws(CorefileFileError) -> [UInt8] {
        try read(STDIN_FILENO)
    }

    private func read(_ descriptor: Int32) throws(CorefileFileError) -> [UInt8] {
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // SAFETY: the buffer outlives the call, which writes at most its count.
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe Glibc.read(descriptor, bytes.baseAddress, bytes.count)
            }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN {
                    try waitForOctets(descriptor)
                    continue
                }
                throw DiskFiles.error(errno)
            }
            if count == 0 { return content }
            content += buffer[..<count]
            guard content.count <= Limits.octetsMax else { throw .tooLarge }
        }
    }

    private func waitForOctets(_ descriptor: Int32) throws(CorefileFileError) {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // SAFETY: the request is this call's own, and it is one.
        let count = unsafe poll(&request, 1, Int32(Limits.pipeMillisecondsMax))
        if count < 0, errno != EINTR { throw DiskFiles.error(errno) }
        guard count != 0 else {
            throw .system("nothing came within \(Limits.pipeMillisecondsMax) milliseconds")
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

    /// Whether there is something at a path, be it a link that leads nowhere.
    public func exists(_ path: String) -> Bool {
        var status = stat()
        // SAFETY: `path` becomes a terminated copy; the call fills the structure that it is given.
        return unsafe lstat(path, &status) == 0
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
