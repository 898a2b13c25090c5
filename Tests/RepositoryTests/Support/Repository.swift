import Foundation
import Testing

/// The repository that these tests guard.
enum Repository {
    /// One text file.
    struct File: Sendable, CustomTestStringConvertible {
        /// The path below the repository's root.
        var path: String
        var lines: [Substring]

        var testDescription: String { path }
    }

    static let root: URL = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Reads a file below the root; nil if it isn't there.
    static func file(_ path: String) -> File? {
        guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else {
            return nil
        }
        return File(
            path: path,
            lines: text.split(separator: "\n", omittingEmptySubsequences: false)
        )
    }

    /// All files below a directory whose names end in one of some ways, in order of path.
    static func files(below directory: String, _ endings: String...) -> [File] {
        let names = FileManager.default.enumerator(atPath: root.appending(path: directory).path())
        var paths: [String] = []
        while let name = names?.nextObject() as? String {
            if endings.contains(where: name.hasSuffix) { paths.append("\(directory)/\(name)") }
        }
        return paths.sorted().compactMap(file)
    }

    /// The names of the directories in a directory.
    static func folders(in directory: String) -> [String] {
        let url = root.appending(path: directory)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path())) ?? []
        return names.filter { exists("\(directory)/\($0)/") }.sorted()
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path())
    }

    static let sources = files(below: "Sources", ".swift")
    static let shims = files(below: "Sources", ".c", ".h")
    static let tests = files(below: "Tests", ".swift")
    static let documents =
        ["README.md", "CONTRIBUTING.md"].compactMap(file)
        + ["docs", "zones", "bench", "Sources"].flatMap { files(below: $0, ".md") }
}

extension Repository.File {
    /// The places where a pattern is found, as `path:line: text`.
    func places(of pattern: Regex<some Any>) -> [String] {
        lines.enumerated().filter { $0.element.firstMatch(of: pattern) != nil }
            .map { "\(path):\($0.offset + 1): \($0.element.trimmingCharacters(in: .whitespaces))" }
    }
}
