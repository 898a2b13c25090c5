import Glibc
import Testing

/// A file that is removed with this object.
final class TemporaryFile {
    let path: String
    let descriptor: Int32

    /// Makes a file with a text.
    init(_ text: String) throws {
        var template = Array("/tmp/martlet-test-XXXXXX".utf8CString)
        descriptor = unsafe mkstemp(&template)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try #require(descriptor >= 0)
        let octets = Array(text.utf8)
        let count = unsafe write(descriptor, octets, octets.count)
        try #require(count == octets.count)
    }

    deinit {
        close(descriptor)
        _ = unsafe unlink(path)
    }

    /// What is in the file.
    func text() throws -> String {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = unsafe pread(descriptor, &buffer, buffer.count, off_t(text.count))
            try #require(count >= 0)
            guard count > 0 else { break }
            text += buffer[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
