/// Paths with wildcards, as Go's `filepath.Glob` reads them.
enum FilePattern {
    /// The directory part of a path; empty if it has none.
    static func directory(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A path seen from a directory; an absolute one stays.
    static func join(_ directory: String, _ path: String) -> String {
        if directory.isEmpty || path.hasPrefix("/") { return path }
        return directory.hasSuffix("/") ? directory + path : "\(directory)/\(path)"
    }

    /// Whether a path is a pattern.
    static func hasWildcard(_ path: String) -> Bool {
        path.utf8.contains { "*?[]".utf8.contains($0) }
    }

    /// Whether a pattern is simple enough for an import.
    static func isAllowed(_ pattern: String) -> Bool {
        let count = { (character: Character) in pattern.filter { $0 == character }.count }
        return count("*") <= 1 && count("?") <= 1 && (count("[") == 0 || count("]") == 0)
    }

    /// The paths that match a pattern, sorted.
    static func matches(_ pattern: String, _ files: some CorefileFiles) -> [String] {
        var paths = [pattern.hasPrefix("/") ? "/" : ""]
        let parts = pattern.split(separator: "/").map(String.init)
        for part in parts {
            guard hasWildcard(part) else {
                paths = paths.map { join($0, part) }
                continue
            }
            paths = paths.flatMap { directory in
                files.names(in: directory).filter { matches(part, name: $0) }
                    .map { join(directory, $0) }
            }
        }
        return paths.filter(files.exists).sorted()
    }

    /// Whether a name matches a pattern without slashes.
    private static func matches(_ pattern: String, name: String) -> Bool {
        let pattern = Array(pattern.unicodeScalars)
        let name = Array(name.unicodeScalars)
        // For each prefix of the pattern, which prefixes of the name it matches.
        var matched = [true] + Array(repeating: false, count: name.count)
        for element in pattern {
            var next = Array(repeating: false, count: name.count + 1)
            for end in 0...name.count {
                switch element {
                case "*": next[end] = matched[end] || (end > 0 && next[end - 1])
                case "?": next[end] = end > 0 && matched[end - 1]
                default: next[end] = end > 0 && matched[end - 1] && name[end - 1] == element
                }
            }
            matched = next
        }
        return matched[name.count]
    }
}
