import Glibc

/// A setting of the kernel, a file of `/proc/sys`: those of networks are the namespace's own.
public struct SystemSetting: Sendable, Hashable {
    /// The setting's name with slashes, such as `net/ipv4/ip_forward`.
    public var name: String

    /// Names a setting.
    public init(_ name: String) { self.name = name }

    /// The name as sysctl(8) has it.
    public var title: String { name.split(separator: "/").joined(separator: ".") }

    /// The setting's value; nil if there is no such setting.
    public var value: String? {
        guard let octets = HostFile.read("/proc/sys/\(name)") else { return nil }
        let text = String(decoding: octets, as: UTF8.self)
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Writes the setting.
    ///
    /// - Throws: ``NetworkError`` if there is no such setting or the system refuses.
    public func set(_ value: String) throws(NetworkError) {
        let task = "set \(title) to \(value)"
        // SAFETY: the path is passed as a terminated copy.
        let file = unsafe open("/proc/sys/\(name)", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { throw NetworkError(task, code: errno) }
        defer { close(file) }
        let octets = Array(value.utf8)
        // SAFETY: the call reads as many octets as there are.
        guard unsafe write(file, octets, octets.count) == octets.count else {
            throw NetworkError(task, code: errno)
        }
    }
}

/// Small files of the system.
enum HostFile {
    /// The content of a file, cut at the bound; nil if it can't be read.
    static func read(_ path: String) -> [UInt8]? {
        // SAFETY: the path is passed as a terminated copy.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while octets.count < Limits.fileOctetsMax {
            // SAFETY: the call writes at most as many octets as there are.
            let count = unsafe Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            octets += buffer[..<count]
        }
        return octets
    }

    /// The names in a directory.
    static func names(in path: String) -> [String] {
        guard let directory = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            // SAFETY: the kernel ends names with a zero.
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
                unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
