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

    /// The shortest path that means the same, as Go's `path.Clean` has it.
    ///
    /// A file that imports itself has one path only, whatever way it is named.
    static func clean(_ path: String) -> String {
        let isAbsolute = path.hasPrefix("/")
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(part)
            } else if let last = parts.last, last != ".." {
                parts.removeLast()
            } else if !isAbsolute {
                parts.append(part)
            }
        }
        let joined = parts.joined(separator: "/")
        if isAbsolute { return "/" + joined }
        return joined.isEmpty ? "." : joined
    }

    /// Whether a path is a pattern.
    static func hasWildcard(_ path: String) -> Bool {
        path.utf8.contains { "*?[]".utf8.contains($0) }
    }

    /// Whether a pattern is simple enough for an import: one `*`, one `?`, and no `[`.
    static func isAllowed(_ pattern: String) -> Bool {
        let count = { (octet: UInt8) in pattern.utf8.reduce(0) { $0 + ($1 == octet ? 1 : 0) } }
        return count(UInt8(ascii: "*")) <= 1 && count(UInt8(ascii: "?")) <= 1
            && count(UInt8(ascii: "[")) == 0
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
