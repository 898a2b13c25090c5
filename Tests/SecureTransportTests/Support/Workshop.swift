import Foundation
import Synchronization
import Testing

/// A directory in which tests make keys and certificates with openssl; gone with the tests.
final class Workshop: Sendable {
    let path: String

    /// Directories that are removed when the tests end: those that suites keep never die.
    private static let open = Mutex<Set<String>>([])
    private static let removesAll: Void = {
        atexit {
            for path in Workshop.open.withLock({ $0 }) {
                try? FileManager.default.removeItem(atPath: path)
            }
        }
    }()

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/martlet-tls-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        _ = Workshop.removesAll
        Workshop.open.withLock { _ = $0.insert(path) }
    }

    deinit {
        Workshop.open.withLock { _ = $0.remove(path) }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file in the directory.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
        return file(name)
    }

    /// Makes `NAME.crt` and `NAME.key`, signed by itself.
    func makeAuthority(_ name: String) throws {
        try openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
                + " -keyout \(name).key -out \(name).crt -subj /CN=\(name)"
                + " -addext basicConstraints=critical,CA:TRUE"
        )
    }

    /// Makes `NAME.crt` and `NAME.key`, signed by an authority made before.
    func makeCertificate(
        _ name: String,
        by authority: String,
        names: String = "DNS:localhost,DNS:dns.test,IP:127.0.0.1",
        days: Int = 30
    ) throws {
        try write("\(name).ext", "subjectAltName=\(names)\nbasicConstraints=CA:FALSE\n")
        try openssl(
            "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
                + " -keyout \(name).key -out \(name).csr -subj /CN=\(name)"
        )
        try openssl(
            "x509 -req -in \(name).csr -CA \(authority).crt -CAkey \(authority).key"
                + " -CAcreateserial -out \(name).crt -days \(days) -extfile \(name).ext"
        )
    }

    /// Puts one pair of files in the place of another, each at once.
    func replace(_ name: String, by other: String) throws {
        for suffix in ["crt", "key"] { try move("\(other).\(suffix)", to: "\(name).\(suffix)") }
    }

    /// Puts a file in the place of another.
    func move(_ source: String, to target: String) throws {
        #expect(unsafe rename(file(source), file(target)) == 0)
    }

    /// Runs openssl in the directory.
    func openssl(_ arguments: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments.split(separator: " ").map(String.init)
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments)")
    }
}
