import Glibc
import Testing

@testable import Corefile

@Suite("Corefile: files of the machine")
struct DiskFilesTests {
    /// Runs a test in a directory of its own.
    static func inDirectory(_ test: (_ path: String) throws -> Void) throws {
        var template = Array("/tmp/corefile-XXXXXX".utf8CString)
        let made = unsafe mkdtemp(&template) != nil
        try #require(made)
        let path = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        defer {
            for name in DiskFiles().names(in: path) { _ = unsafe unlink("\(path)/\(name)") }
            _ = unsafe rmdir(path)
        }
        try test(path)
    }

    static func write(_ text: String, to path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let octets = Array(text.utf8)
        let count = unsafe octets.withUnsafeBytes { bytes in
            unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        }
        #expect(count == octets.count)
    }

    @Test func `files are read, listed and refused`() throws {
        let files = DiskFiles()
        #expect(files.exists("/etc/passwd"))
        #expect(try !files.contents(of: "/etc/passwd").isEmpty)
        #expect(files.names(in: "/etc").contains("passwd"))
        #expect(!files.exists("/no/such/file"))
        #expect(throws: CorefileFileError.notFound) { try files.contents(of: "/no/such/file") }
        #expect(throws: CorefileFileError.isDirectory) { try files.contents(of: "/etc") }
        #expect(throws: CorefileFileError.tooLarge) { try files.contents(of: "/dev/zero") }
        #expect(files.names(in: "/no/such").isEmpty)
    }

    @Test func `a pipe that nobody writes to is empty`() throws {
        try Self.inDirectory { path in
            let made = unsafe mkfifo("\(path)/pipe", 0o600)
            try #require(made == 0)
            #expect(try DiskFiles().contents(of: "\(path)/pipe") == [])
        }
    }

    @Test func `a pipe that is written to is read`() throws {
        var ends: [Int32] = [0, 0]
        let made = unsafe pipe(&ends)
        try #require(made == 0)
        defer { close(ends[0]) }
        let text = Array(". {\n}\n".utf8)
        let count = unsafe Glibc.write(ends[1], text, text.count)
        #expect(count == text.count)
        close(ends[1])
        #expect(try DiskFiles().contents(of: "/proc/self/fd/\(ends[0])") == text)
    }

    @Test func `imports follow the files of a ConfigMap, whose names are links`() throws {
        try Self.inDirectory { path in
            // As kubelet mounts them: hidden directories, and links to what they hold.
            try Self.write("log\n", to: "\(path)/..data")
            let made = unsafe symlink("..data", "\(path)/a.override")
            #expect(made == 0)
            let corefile = try Corefile(
                parsing: ".\nimport a.override\nimport ?.override\n",
                file: "\(path)/Corefile",
                context: CorefileContext(files: DiskFiles())
            )
            #expect(corefile.outline == [".: log; log"])
        }
    }

    @Test func `a link that leads nowhere is an error, as in CoreDNS`() throws {
        try Self.inDirectory { path in
            let made = unsafe symlink("gone", "\(path)/b.override")
            #expect(made == 0)
            let errors = #expect(throws: CorefileErrors.self) {
                try Corefile(
                    parsing: ".\nimport b.override\nimport *.override\n",
                    file: "\(path)/F",
                    context: CorefileContext(files: DiskFiles())
                )
            }
            let message = "could not import \(path)/b.override: no such file"
            #expect(errors?.errors.map(\.message) == [message, message])
        }
    }
}
