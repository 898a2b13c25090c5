internal import Foundation

/// A directory in which tests make keys and certificates with openssl; gone with the tests.
public final class Workshop: Sendable {
    /// Says that openssl or the system refused something.
    public struct Failure: Error {
        /// What was tried.
        public let task: String
    }

    private let directory: TestDirectory

    /// Makes an empty directory.
    public init() throws {
        directory = try TestDirectory()
    }

    /// The path of a file in the directory.
    public func file(_ name: String) -> String { directory.file(name) }

    /// Writes a file and returns its path.
    @discardableResult
    public func write(_ name: String, _ text: String) throws -> String {
        try directory.write(name, text)
    }

    /// Writes a file of any octets and returns its path.
    @discardableResult
    public func write(_ name: String, _ octets: [UInt8]) throws -> String {
        try directory.write(name, octets)
    }

    /// Makes `NAME.crt` and `NAME.key`, signed by itself.
    public func makeAuthority(_ name: String) throws {
        try openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
                + " -keyout \(name).key -out \(name).crt -subj /CN=\(name)"
                + " -addext basicConstraints=critical,CA:TRUE"
        )
    }

    /// Makes `NAME.crt` and `NAME.key`, signed by an authority made before.
    public func makeCertificate(
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
    public func replace(_ name: String, by other: String) throws {
        for suffix in ["crt", "key"] { try move("\(other).\(suffix)", to: "\(name).\(suffix)") }
    }

    /// Puts a file in the place of another.
    public func move(_ source: String, to target: String) throws {
        guard unsafe rename(file(source), file(target)) == 0 else {
            throw Failure(task: "mv \(source) \(target)")
        }
    }

    /// Runs openssl in the directory.
    public func openssl(_ arguments: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments.split(separator: " ").map(String.init)
        process.currentDirectoryURL = URL(fileURLWithPath: directory.path)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(task: "openssl \(arguments)") }
    }
}
