/// The files that a Corefile can import.
public protocol CorefileFiles: Sendable {
    /// Reads a file.
    ///
    /// - Throws: ``CorefileFileError`` if there is no such file, or it cannot be read.
    func contents(of path: String) throws(CorefileFileError) -> [UInt8]

    /// The names in a directory, in any order; empty if it cannot be read.
    func names(in directory: String) -> [String]

    /// Whether there is something at a path.
    func exists(_ path: String) -> Bool
}

/// Why a file could not be read.
public enum CorefileFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no such file.
    case notFound
    /// The path leads to a directory.
    case isDirectory
    /// The file is longer than a Corefile may be.
    case tooLarge
    /// The system's own words.
    case system(String)

    /// What is wrong.
    public var description: String {
        switch self {
        case .notFound: "no such file"
        case .isDirectory: "it is a directory"
        case .tooLarge: "it is longer than \(Limits.octetsMax) octets"
        case .system(let text): text
        }
    }
}

/// Files that are held in memory, by path.
public struct MemoryFiles: CorefileFiles {
    private let files: [String: String]

    /// Creates files from their paths and contents.
    public init(_ files: [String: String]) {
        self.files = files
    }

    /// Reads a file.
    public func contents(of path: String) throws(CorefileFileError) -> [UInt8] {
        if let text = files[path] { return Array(text.utf8) }
        throw names(in: path).isEmpty ? .notFound : .isDirectory
    }

    /// The names in a directory, in any order.
    public func names(in directory: String) -> [String] {
        let prefix = directory.isEmpty ? "" : directory.hasSuffix("/") ? directory : "\(directory)/"
        let names = files.keys.filter { $0.hasPrefix(prefix) }
            .compactMap { $0.dropFirst(prefix.count).split(separator: "/").first.map(String.init) }
        return Array(Set(names))
    }

    /// Whether there is something at a path.
    public func exists(_ path: String) -> Bool {
        files[path] != nil || !names(in: path).isEmpty
    }
}
