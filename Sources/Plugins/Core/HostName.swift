internal import Glibc

/// The name of this host.
enum HostName {
    /// The name, as the kernel knows it; `localhost` if it can't be told.
    static var current: String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let code = unsafe buffer.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return Int32(-1) }
            // SAFETY: one octet less than there are, so that the last stays zero.
            return unsafe gethostname(
                base.assumingMemoryBound(to: CChar.self),
                bytes.count - 1
            )
        }
        let name = buffer.prefix { $0 != 0 }
        guard code == 0, !name.isEmpty else { return "localhost" }
        return String(decoding: name, as: UTF8.self)
    }
}
