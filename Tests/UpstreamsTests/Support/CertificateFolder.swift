import Foundation
import Testing

/// Keys and certificates made by openssl in a directory that goes with this object.
final class CertificateFolder: Sendable {
    private let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/martlet-up-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for name in ["good", "other"] { try makeAuthority(name) }
        try makeCertificate("server", by: "good", names: "DNS:dns.test,IP:127.0.0.1")
        try makeCertificate("named", by: "good", names: "DNS:dns.test")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    private func makeAuthority(_ name: String) throws {
        try openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
                + " -keyout \(name).key -out \(name).crt -subj /CN=\(name)"
                + " -addext basicConstraints=critical,CA:TRUE"
        )
    }

    private func makeCertificate(_ name: String, by authority: String, names: String) throws {
        let text = "subjectAltName=\(names)\nbasicConstraints=CA:FALSE\n"
        try text.write(toFile: file("\(name).ext"), atomically: true, encoding: .utf8)
        try openssl(
            "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
                + " -keyout \(name).key -out \(name).csr -subj /CN=\(name)"
        )
        try openssl(
            "x509 -req -in \(name).csr -CA \(authority).crt -CAkey \(authority).key"
                + " -CAcreateserial -out \(name).crt -days 30 -extfile \(name).ext"
        )
    }

    private func openssl(_ arguments: String) throws {
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
