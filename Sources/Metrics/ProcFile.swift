internal import Glibc

/// Reads the small files in which the kernel tells about a process.
enum ProcFile {
    /// The start of a file, which for those below `/proc/self` is all of it.
    static func read(_ path: String) -> [UInt8]? {
        // SAFETY: a terminated string for the length of the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var isRead = false
        let octets = unsafe [UInt8](unsafeUninitializedCapacity: Limits.procOctetsMax) {
            buffer,
            count in
            // SAFETY: the kernel writes at most as many octets as the buffer has.
            let result = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            isRead = result >= 0
            count = max(result, 0)
        }
        return isRead ? octets : nil
    }

    /// The words of a text as numbers; nil for those that are none.
    static func numbers(_ text: ArraySlice<UInt8>) -> [Double?] {
        text.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
            .map { Double(String(decoding: $0, as: UTF8.self)) }
    }
}
