import Glibc

/// Where a server listens for its successor, unless `--control` says so.
enum ControlPath {
    /// The path of a server with some arguments; nil where there is no directory for it.
    ///
    /// Servers that serve something else have another path, so that several run side by side; a
    /// successor has the same one.
    static func standard(_ identity: [String]) -> String? {
        guard let directory = directory() else { return nil }
        return "\(directory)/\(hash(identity)).sock"
    }

    /// The directory, made if it isn't there: for this user alone.
    private static func directory() -> String? {
        var parents: [String] = []
        if let path = unsafe getenv("XDG_RUNTIME_DIR") {
            let text = unsafe String(cString: path)
            if text.hasPrefix("/") { parents.append(text) }
        }
        if geteuid() == 0 { parents.append("/run") }
        for parent in parents {
            let path = "\(parent)/martlet"
            if unsafe mkdir(path, 0o700) == 0 || (errno == EEXIST && access(path, W_OK) == 0) {
                return path
            }
        }
        return nil
    }

    /// The FNV-1a hash of words, as 16 hexadecimal digits.
    static func hash(_ words: [String]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for octet in words.joined(separator: "\n").utf8 {
            hash = (hash ^ UInt64(octet)) &* 0x100_0000_01B3
        }
        let text = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
