import Corefile
import Glibc

/// What a file is that `martlet check` is given: its name says so, or how it begins.
enum CheckedFile: Equatable {
    /// A Corefile.
    case corefile
    /// A zone file.
    case zone
    /// Manifests.
    case manifests
    /// A directory, with the paths of what it has beside manifests.
    case directory([String])

    /// Finds out about a path.
    init(_ path: String) {
        var status = stat()
        // SAFETY: the path becomes a terminated copy for the call, which fills the structure.
        if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            let start = path.hasSuffix("/") ? path : "\(path)/"
            let others = DiskFiles().names(in: path).sorted().filter { name in
                CheckedFile.named(name).map { $0 != .manifests } ?? false
            }
            self = .directory(others.map { start + $0 })
            return
        }
        let name = path.split(separator: "/").last ?? ""
        if let kind = CheckedFile.named(String(name)) {
            self = kind
        } else {
            let octets = (try? DiskFiles().contents(of: path)) ?? []
            self = CheckedFile.beginsAsCorefile(octets) ? .corefile : .manifests
        }
    }

    /// What a name says; nil if it says nothing.
    static func named(_ name: String) -> CheckedFile? {
        if name.hasPrefix("Corefile") || name.hasSuffix(".corefile") { return .corefile }
        if name.hasSuffix(".zone") { return .zone }
        let isManifest = [".yaml", ".yml", ".json"].contains(where: name.hasSuffix)
        return isManifest ? .manifests : nil
    }

    /// Whether a text begins with the keys of a server block or with a snippet's name, and a brace:
    /// no manifest does.
    static func beginsAsCorefile(_ octets: [UInt8]) -> Bool {
        for line in octets.split(separator: 0x0A, omittingEmptySubsequences: true) {
            let words = line.split(whereSeparator: { $0 <= 0x20 })
            guard let first = words.first, first.first != UInt8(ascii: "#") else { continue }
            return words.count > 1 && words.last == [UInt8(ascii: "{")]
                && !"{[\"-&".utf8.contains(first.first ?? 0)
        }
        return false
    }
}
