import GRDB
import Registry

extension RegistryError {
    /// Creates the error that an SQLite error means for the registry's file.
    init(_ error: DatabaseError, path: String) {
        let code: StorageProblem.Code =
            switch error.resultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: .corrupt
            case .SQLITE_READONLY: .readOnly
            case .SQLITE_BUSY, .SQLITE_LOCKED: .locked
            case .SQLITE_FULL: .full
            // A file that cannot grow is not always reported as such (the -shm file's, for one).
            case .SQLITE_IOERR where DatabaseFile.isFull(path): .full
            case .SQLITE_CANTOPEN where DatabaseFile.isFull(path): .full
            case .SQLITE_PERM, .SQLITE_AUTH: .noPermission
            case .SQLITE_CANTOPEN: .noPermission
            default: .failed
            }
        let text = error.message ?? error.resultCode.description
        self = .storage(
            StorageProblem(
                code: code,
                path: path,
                detail: "SQLite error \(error.extendedResultCode.rawValue): \(text)"
            )
        )
    }

    /// The error of a row that doesn't hold what it must.
    static func damaged(_ path: String, _ detail: String) -> RegistryError {
        .storage(StorageProblem(code: .corrupt, path: path, detail: detail))
    }
}

/// Runs `body`, turning SQLite's errors into the registry's and passing on all others.
func translating<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let error as DatabaseError {
        throw RegistryError(error, path: path)
    }
}
