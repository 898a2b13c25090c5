internal import Glibc
internal import NIOCore

/// The file to which the secrets of connections are appended, in the form that debuggers read.
final class KeyLog: Sendable {
    private let descriptor: Int32

    /// Opens the file to append to it; one that isn't there is made, readable by its owner only.
    init(_ path: String) throws(TLSError) {
        // SAFETY: the path is terminated by the compiler, and valid for the length of the call.
        descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let code = errno
            // SAFETY: the C library returns a terminated string, valid until the next call.
            let reason = unsafe String(cString: strerror(code))
            throw TLSError(
                code == ENOENT ? .missing : .unreadable,
                file: path,
                "\(path): cannot write the key log: \(reason)",
                mend: "name a file in a directory that is there and that the server may write to"
            )
        }
    }

    deinit {
        close(descriptor)
    }

    /// Appends a line.
    ///
    /// One write for a line: those of connections on other threads don't mix with it.
    func append(_ line: ByteBuffer) {
        var octets = Array(line.readableBytesView)
        if octets.last != UInt8(ascii: "\n") { octets.append(UInt8(ascii: "\n")) }
        // A line that can't be written is lost: a debugger's convenience stops no connection.
        // SAFETY: the array is valid, with `count` octets, for the length of the call.
        _ = unsafe write(descriptor, octets, octets.count)
    }
}
