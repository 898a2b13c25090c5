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
