import Glibc
import Registry

/// The checks of a registry's path that come before SQLite sees it, for errors that say more.
enum DatabaseFile {
    /// Throws if the file cannot be opened, or obviously isn't a registry.
    static func check(_ path: String, isReadOnly: Bool) throws(RegistryError) {
        func problem(_ code: StorageProblem.Code, _ detail: String = "") -> RegistryError {
            .storage(StorageProblem(code: code, path: path, detail: detail))
        }
        let directory = directory(of: path)
        guard let directoryMode = mode(of: directory) else {
            throw problem(errno == EACCES ? .noPermission : .missingDirectory)
        }
        guard directoryMode & S_IFMT == S_IFDIR else {
            throw problem(.missingDirectory, "\(directory) is not a directory")
        }
        guard let fileMode = mode(of: path) else {
            guard errno == ENOENT else { throw problem(.noPermission) }
            if isReadOnly { throw problem(.failed, "it does not exist") }
            guard may(W_OK | X_OK, directory) else {
                throw problem(
                    errno == EROFS ? .readOnly : .noPermission,
                    "cannot create a file in \(directory)"
                )
            }
            return
        }
        guard fileMode & S_IFMT == S_IFREG else { throw problem(.notAFile) }
        guard may(R_OK, path) else { throw problem(.noPermission) }
        if !isReadOnly {
            guard may(W_OK, path), may(W_OK | X_OK, directory) else {
                throw problem(.readOnly)
            }
        }
    }

    /// The directory that holds a path.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The name of a path's file.
    static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Returns the path as SQLite sees it: absolute, and behind symbolic links.
    ///
    /// SQLite's log lies beside a link's target; and a later change of the working directory must
    /// not matter.
    static func resolved(_ path: String) -> String {
        if let whole = real(path) { return whole }
        guard let directory = real(directory(of: path)) else { return path }
        return (directory == "/" ? "" : directory) + "/" + name(of: path)
    }

    private static func real(_ path: String) -> String? {
        // SAFETY: with a null buffer realpath allocates, and the result is freed below.
        guard let text = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(text) }
        // SAFETY: realpath returns a terminated string.
        return unsafe String(cString: text)
    }

    /// Whether the file system of a path has no room left.
    static func isFull(_ path: String) -> Bool {
        var status = statvfs()
        // SAFETY: the pointer is valid for the call.
        return unsafe statvfs(directory(of: path), &status) == 0 && status.f_bavail == 0
    }

    /// Whether a file is there and not empty.
    static func hasContent(_ path: String) -> Bool {
        var status = stat()
        // SAFETY: the pointer is valid for the call.
        return unsafe stat(path, &status) == 0 && status.st_size > 0
    }

    private static func may(_ what: Int32, _ path: String) -> Bool {
        // SAFETY: the path is terminated and valid for the call.
        unsafe access(path, what) == 0
    }

    private static func mode(of path: String) -> mode_t? {
        var status = stat()
        // SAFETY: the pointer is valid for the call.
        return unsafe stat(path, &status) == 0 ? status.st_mode : nil
    }
}
