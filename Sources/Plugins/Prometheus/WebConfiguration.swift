internal import KubernetesModel
internal import OrderedCollections
internal import SecureTransport

/// Why a file does not say how metrics are to be served.
struct WebConfigurationError: Error {
    /// What is wrong.
    let message: String
    /// How to mend it.
    let mend: String
}

/// The file of `prometheus { tls FILE }`, which Prometheus' own exporters read too
/// (exporter-toolkit `web-configuration.md`).
struct WebConfiguration {
    /// Octets of a file.
    private static let octetsMax = 1 << 20

    /// The certificate; nil means none: metrics are served in the clear.
    var tls: ServerTLSSettings?

    /// Reads a file; paths in it begin in its directory.
    init(path: String) throws(WebConfigurationError) {
        let octets: [UInt8]
        do throws(FileReadingError) {
            octets = try FileReading.octets(path, limit: WebConfiguration.octetsMax)
        } catch {
            throw WebConfigurationError(message: "\(error)", mend: "name a file that can be read")
        }
        let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        try self.init(parsing: String(decoding: octets, as: UTF8.self), directory: directory)
    }

    /// Reads the text of a file.
    init(parsing text: String, directory: String = "") throws(WebConfigurationError) {
        let value: Value
        do throws(YAMLError) {
            value = try YAMLReader.read(text)
        } catch {
            throw WebConfigurationError(message: "\(error)", mend: "write YAML")
        }
        for (key, part) in try WebConfiguration.fields(value, "the file") {
            switch key {
            case "tls_server_config": tls = try WebConfiguration.tls(part, directory)
            case "http_server_config": try WebConfiguration.checkHTTP(part)
            default: throw WebConfiguration.unknown(key)
            }
        }
    }

    private static func tls(
        _ value: Value,
        _ directory: String
    ) throws(WebConfigurationError) -> ServerTLSSettings? {
        var texts: [String: String] = [:]
        for (key, part) in try fields(value, "tls_server_config") {
            switch key {
            case "cert_file", "key_file", "client_ca_file", "client_auth_type":
                texts[key] = try self.text(part, key)
            case "min_version":
                // Less than TLS 1.2 is never spoken.
                try check(part, key, ["TLS10", "TLS11", "TLS12"])
            case "max_version": try check(part, key, ["TLS13"])
            // Of the suites that both know, the library takes the best in any case.
            case "prefer_server_cipher_suites": continue
            default: throw unknown(key)
            }
        }
        func path(_ key: String) -> String? {
            texts[key].flatMap { $0.isEmpty ? nil : $0.hasPrefix("/") ? $0 : directory + $0 }
        }
        guard let certificate = path("cert_file"), let keyFile = path("key_file") else {
            throw WebConfigurationError(
                message: "cert_file or key_file is missing",
                mend: "add both to tls_server_config"
            )
        }
        let authorities = path("client_ca_file")
        let authentication = try authentication(texts["client_auth_type"] ?? "")
        guard authorities == nil || authentication != ClientAuthentication.none else {
            throw WebConfigurationError(
                message: "client_ca_file without client_auth_type",
                mend: "add client_auth_type: RequireAndVerifyClientCert"
            )
        }
        return ServerTLSSettings(
            certificate: certificate,
            key: keyFile,
            authorities: authorities,
            clientAuthentication: authentication
        )
    }

    private static func authentication(
        _ text: String
    ) throws(WebConfigurationError) -> ClientAuthentication {
        switch text {
        case "", "NoClientCert": return .none
        case "RequestClientCert": return .request
        case "RequireAnyClientCert": return .require
        case "VerifyClientCertIfGiven": return .verifyIfGiven
        case "RequireAndVerifyClientCert": return .requireAndVerify
        default:
            throw WebConfigurationError(
                message: "client_auth_type: \(text) is not known",
                mend: "write NoClientCert or RequireAndVerifyClientCert"
            )
        }
    }

    private static func checkHTTP(_ value: Value) throws(WebConfigurationError) {
        for (key, part) in try fields(value, "http_server_config") {
            guard key == "http2", part.bool == true else { throw unknown(key) }
        }
    }

    private static func check(
        _ value: Value,
        _ key: String,
        _ accepted: [String]
    ) throws(WebConfigurationError) {
        let text = try self.text(value, key)
        guard accepted.contains(text) else {
            throw WebConfigurationError(
                message: "\(key): \(text) can't be had here",
                mend: "remove it, or write \(accepted.last ?? "")"
            )
        }
    }

    private static func text(_ value: Value, _ key: String) throws(WebConfigurationError) -> String
    {
        guard let text = value.string else {
            throw WebConfigurationError(message: "\(key) is no text", mend: "write a text")
        }
        return text
    }

    private static func fields(
        _ value: Value,
        _ name: String
    ) throws(WebConfigurationError) -> Fields {
        if value.isNull { return [:] }
        guard let fields = value.object else {
            throw WebConfigurationError(message: "\(name) is no mapping", mend: "write KEY: VALUE")
        }
        return fields
    }

    private static func unknown(_ key: String) -> WebConfigurationError {
        WebConfigurationError(
            message: "\(key) is not in Martlet yet",
            mend: "remove it, or put a proxy in front of the metrics"
        )
    }
}
