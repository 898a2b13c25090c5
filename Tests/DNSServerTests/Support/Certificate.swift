import TestSupport

/// A certificate for 127.0.0.1 and ::1 that is its own authority, and its key, as PEM.
struct Certificate {
    var certificate: String
    var key: String

    init() throws {
        let directory = try TestDirectories.make()
        defer { TestDirectories.remove(directory) }
        _ = try run(
            """
            cd \(directory) && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
            -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1,IP:::1 \
            -keyout key.pem -out cert.pem 2>/dev/null
            """
        )
        certificate = try run("cat \(directory)/cert.pem")
        key = try run("cat \(directory)/key.pem")
    }

    /// The files that Corefiles name.
    var files: [String: String] { ["cert.pem": certificate, "key.pem": key] }
}
