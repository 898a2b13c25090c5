import Glibc

/// Why a file could not be read.
struct FileError: Error, Sendable, Equatable {
    /// What is wrong, and how to mend it.
    var message: String
}

/// Finds and reads manifest files, without Foundation.
enum ManifestFiles {
    /// Lists the files that a path means: itself, or the manifests of a directory.
    static func files(at path: String, isRecursive: Bool) throws(FileError) -> [String] {
        if path == "-" { return [path] }
        if path.hasPrefix("http://") || path.hasPrefix("https://") {
            throw FileError(message: "URLs are not fetched; download it and pipe it to '-f -'")
        }
        guard let names = try entries(of: path) else { return [path] }
        var files: [String] = []
        for name in names.sorted() {
            let full = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
            if isManifest(name) {
                files.append(full)
            } else if isRecursive, !name.hasPrefix(".") {
                // A link to a directory above would never end; 40 levels are no manifests.
                let depth = full.utf8.count(where: { $0 == UInt8(ascii: "/") })
                guard depth < 40, try entries(of: full) != nil else { continue }
                files += try self.files(at: full, isRecursive: true)
            }
        }
        return files
    }

    private static func isManifest(_ name: String) -> Bool {
        let name = name.lowercased()
        return name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name.hasSuffix(".json")
    }

    /// Lists a directory's entries; nil if the path is no directory.
    private static func entries(of path: String) throws(FileError) -> [String]? {
        // SAFETY: the handle is checked and closed below, and only used in this function.
        guard let handle = unsafe opendir(path) else {
            if errno == ENOTDIR { return nil }
            throw failure("open", path)
        }
        defer { unsafe closedir(handle) }
        var names: [String] = []
        // SAFETY: an entry is valid until the next call; its name ends with a zero octet.
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Reads a whole file, or standard input for `-`.
    static func read(_ path: String, octetsMax: Int) throws(FileError) -> [UInt8] {
        // SAFETY: the path is passed as a text that ends with a zero octet.
        let descriptor = unsafe path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { if path != "-" { close(descriptor) } }
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            // SAFETY: `Glibc.read` writes at most the buffer's count, which is given to it.
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if count == 0 { return octets }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw failure("read", path)
            }
            octets += buffer[..<count]
            guard octets.count <= octetsMax else {
                throw FileError(message: "larger than \(octetsMax) octets; split it")
            }
        }
    }

    private static func failure(_ verb: String, _ path: String) -> FileError {
        let code = errno
        // SAFETY: `strerror` returns a text that ends with a zero octet, copied at once.
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        return FileError(message: "cannot \(verb): \(reason)")
    }
}
