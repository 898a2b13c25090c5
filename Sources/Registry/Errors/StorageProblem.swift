/// A store's file that cannot be used, and how to mend it.
public struct StorageProblem: Error, Sendable, Equatable {
    /// What is wrong with a store's file.
    public enum Code: Sendable, Hashable {
        /// The file is not a database, or parts of it are damaged.
        case corrupt
        /// The file or its directory may not be written.
        case readOnly
        /// Another program holds the file's lock for too long.
        case locked
        /// A newer version of Martlet wrote the file.
        case newerVersion
        /// The file system has no room left.
        case full
        /// The file's directory does not exist.
        case missingDirectory
        /// The file or its directory may not be opened.
        case noPermission
        /// The path leads to something that is not a file.
        case notAFile
        /// The device or the system failed.
        case failed
    }

    /// What is wrong.
    public var code: Code
    /// The path of the store's file.
    public var path: String
    /// What the storage engine said; empty if nothing.
    public var detail: String

    /// Creates a problem.
    public init(code: Code, path: String, detail: String = "") {
        self.code = code
        self.path = path
        self.detail = detail
    }
}

extension StorageProblem: CustomStringConvertible {
    /// The message for a person: what is wrong with which file, and how to mend it.
    public var description: String {
        let message = "registry \(path): \(found); \(mend)"
        return detail.isEmpty ? message : "\(message) (\(detail))"
    }

    private var found: String {
        switch code {
        case .corrupt: "the file is damaged or is not a registry"
        case .readOnly: "the file or its directory is read-only"
        case .locked: "another program keeps the file locked"
        case .newerVersion: "the file was written by a newer version of Martlet"
        case .full: "the disk is full"
        case .missingDirectory: "its directory does not exist"
        case .noPermission: "permission denied"
        case .notAFile: "the path is not a file"
        case .failed: "the file cannot be used"
        }
    }

    private var mend: String {
        switch code {
        case .corrupt:
            "move it and its -wal and -shm files away and apply your manifests again, "
                + "or restore a backup"
        case .readOnly:
            "make both writable for this user, or name another file with --registry"
        case .locked:
            "end the program that holds it (fuser shows it) and try again"
        case .newerVersion:
            "use that version, or name another file with --registry"
        case .full:
            "free some space and try again; nothing of this write was kept"
        case .missingDirectory:
            "create it with mkdir -p, or name another file with --registry"
        case .noPermission:
            "run as the file's owner or change its owner, or name another file with --registry"
        case .notAFile:
            "name a file inside a directory, as in sqlite:/var/lib/martlet/registry.db"
        case .failed:
            "check the disk and the system's log"
        }
    }
}
