import Glibc

/// Small files of the system, and what is in its directories.
package enum HostFile {
    /// The content of a file, cut at a bound; nil if it can't be read, and `errno` says why.
    package static func read(
        _ path: String,
        octetsMax: Int = Limits.fileOctetsMax
    ) -> [UInt8]? {
        // SAFETY: the path is passed as a terminated copy.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        var count = 1
        while count > 0, octets.count < octetsMax {
            // SAFETY: the call writes at most as many octets as there are.
            count = unsafe Glibc.read(file, &buffer, min(buffer.count, octetsMax - octets.count))
            if count < 0, errno == EINTR { count = 1 } else { octets += buffer[..<max(0, count)] }
        }
        let code = errno
        close(file)
        errno = code
        return count < 0 ? nil : octets
    }

    /// The names in a directory, sorted; none if it isn't there.
    package static func names(in path: String) -> [String] {
        guard let directory = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            // SAFETY: the kernel ends names with a zero.
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
                unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
