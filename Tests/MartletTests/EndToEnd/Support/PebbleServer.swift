import Foundation
import TestSupport
import Testing

/// Pebble, the CA for tests of Debian's package, which looks for records at one DNS server; ends
/// with this object.
final class PebbleServer {
    /// Where Debian's package has it.
    static let program = "/usr/bin/pebble"
    static let isThere = FileManager.default.isExecutableFile(atPath: program)

    /// Where its directory is.
    let directory: String
    /// The file of the authority behind its own TLS.
    let authority: String
    private let site: Site
    private let child: Child
    private let management: String

    /// Starts it; it asks the DNS server on a port, and its certificates are valid for `seconds`,
    /// or years.
    init(_ site: Site, dns: UInt16, seconds: Int? = nil) throws {
        self.site = site
        authority = try Self.makeCertificate(site)
        let port = try FreePort.choose()
        let other = try FreePort.choose()
        directory = "https://127.0.0.1:\(port)/dir"
        management = "https://127.0.0.1:\(other)"
        let validity = seconds.map { #","certificateValidityPeriod":\#($0)"# } ?? ""
        let configuration = try site.write(
            "pebble.json",
            """
            {"pebble":{"listenAddress":"127.0.0.1:\(port)",
            "managementListenAddress":"127.0.0.1:\(other)",
            "certificate":"\(site.directory)/pebble.crt",
            "privateKey":"\(site.directory)/pebble.key"\(validity)}}
            """
        )
        // Every fourth nonce is refused, and nothing is believed because it was proven before.
        child = try site.start([
            "env", "PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=25", "PEBBLE_AUTHZREUSE=0",
            "sh", "-c", "exec \"$@\" >\(site.directory)/pebble.log 2>&1", "sh",
            Self.program, "-config", configuration, "-dnsserver", "127.0.0.1:\(dns)",
        ])
        try waitUntilThere()
    }

    /// Ends it.
    func stop() throws {
        child.send(SIGTERM)
        _ = try child.wait()
    }

    /// Writes the root behind the certificates that it gives, and returns the file.
    func root() throws -> String {
        let outcome = try site.run(curl + ["\(management)/roots/0"])
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try site.write("root.crt", outcome.output)
    }

    private var curl: [String] {
        ["curl", "--silent", "--show-error", "--fail", "--max-time", "60", "--cacert", authority]
    }

    private func waitUntilThere() throws {
        let deadline = Instant.now + 120
        while try site.run(curl + [directory]).status != 0 {
            try #require(Instant.now < deadline, "pebble doesn't answer")
        }
    }

    /// Makes the authority and the certificate of its own TLS; returns the authority's file.
    private static func makeCertificate(_ site: Site) throws -> String {
        let file = "\(site.directory)/pebble"
        try site.write("pebble.ext", "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
        let commands = [
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout"
                + " \(file)-ca.key -out \(file)-ca.crt -subj /CN=pebble-ca"
                + " -addext basicConstraints=critical,CA:TRUE",
            "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(file).key"
                + " -out \(file).csr -subj /CN=pebble",
            "x509 -req -in \(file).csr -CA \(file)-ca.crt -CAkey \(file)-ca.key -CAcreateserial"
                + " -out \(file).crt -days 30 -extfile \(file).ext",
        ]
        for command in commands {
            let outcome = try site.run(["openssl"] + command.split(separator: " ").map(String.init))
            try #require(outcome.status == 0, "\(command): \(outcome.errors)")
        }
        return "\(file)-ca.crt"
    }
}
