internal import Foundation
internal import Synchronization

/// Directories for the files of tests.
///
/// What a test forgets, or a suite keeps for as long as the process lives, goes with the process.
public enum TestDirectories {
    /// Says that no directory could be made.
    public struct NoneMade: Error {
        /// The number that the system gave.
        public let code: Int32
    }

    private static let open = Mutex<Set<String>>([])
    private static let removesAll: Void = {
        atexit {
            for path in TestDirectories.open.withLock({ $0 }) { TestDirectories.remove(path) }
        }
    }()

    /// Makes an empty directory that only this user can read.
    public static func make() throws(NoneMade) -> String {
        var template = Array("/tmp/martlet-test-XXXXXX".utf8CString)
        // SAFETY: the call writes into the template, which ends with a zero.
        guard unsafe mkdtemp(&template) != nil else { throw NoneMade(code: errno) }
        let path = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        _ = removesAll
        open.withLock { _ = $0.insert(path) }
        return path
    }

    /// Removes a directory that was made here, with all that is in it.
    public static func remove(_ path: String) {
        guard open.withLock({ $0.remove(path) }) != nil else { return }
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// A directory that is removed with this object, with what was written into it.
public final class TestDirectory: Sendable {
    /// Where it is.
    public let path: String

    /// Makes an empty directory.
    public init() throws(TestDirectories.NoneMade) {
        path = try TestDirectories.make()
    }

    deinit { TestDirectories.remove(path) }

    /// The path of a file in the directory.
    public func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file in place of one of the same name, and returns its path.
    @discardableResult
    public func write(_ name: String, _ text: String) throws -> String {
        try write(name, Array(text.utf8))
    }

    /// Writes a file of any octets in place of one of the same name, and returns its path.
    @discardableResult
    public func write(_ name: String, _ octets: [UInt8]) throws -> String {
        // Another inode each time: a file is known by it, however coarse its time is.
        try Data(octets).write(to: URL(fileURLWithPath: file(name)), options: .atomic)
        return file(name)
    }
}
