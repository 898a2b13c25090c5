internal import Corefile
internal import SecureTransport

extension PluginDirective {
    /// `tls CERT KEY [CA] { … }`: the certificate of `tls://` and `https://` keys.
    static let tls = PluginDirective(name: "tls", manual: tlsManual, make: makeTLS)

    private static let tlsManual = PluginManual(
        name: "tls",
        summary: "Names the certificate of `tls://` and `https://` server blocks.",
        syntax: "tls CERT KEY [CA]",
        details: [
            """
            `CERT` and `KEY` are PEM files; `CA` holds the authorities of clients' certificates. \
            The files are read again when they change; connections keep what they began with. TLS \
            1.2 is the least that is spoken.
            """
        ],
        options: [
            .init(
                "client_auth nocert|request|require|verify_if_given|require_and_verify",
                "What is wanted of clients.",
                standard: "nocert"
            ),
            .init("keylog FILE", "Append the secrets of connections to a file, for a debugger."),
        ],
        differences: [
            "`acme` is not there yet; name files, and let another program renew them."
        ],
        example: """
            tls://example.org {
                tls cert.pem key.pem
                whoami
            }
            """
    )

    /// What is wrong with the files: only a warning, as they may be elsewhere where this is served,
    /// and listeners, which need them, don't start without.
    private static func problem(_ settings: ServerTLSSettings) -> String? {
        var settings = settings
        settings.keyLog = nil
        do throws(TLSError) {
            _ = try ServerTLS(settings, protocols: [])
            return nil
        } catch {
            return "tls: \(error)"
        }
    }

    private static func makeTLS(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        let current = context
        var warnings: [String] = []
        let settings = try directives.readEach { cursor -> ServerTLSSettings in
            let place = cursor
            let files = cursor.remainingArguments()
            var authentication = ClientAuthentication.none
            var keyLog: String?
            try cursor.readOptions { option, cursor in
                switch option {
                case "client_auth": authentication = try cursor.oneOf(ClientAuthentication.self)
                case "keylog": keyLog = current.path(try cursor.onlyArgument())
                case "acme":
                    throw cursor.error(
                        "tls: acme of CoreDNS is not in Martlet yet",
                        mend: "write tls CERT KEY, and let another program renew the files"
                    )
                default: throw cursor.unknownOption(known: tlsManual.optionNames)
                }
            }
            guard files.count == 2 || files.count == 3 else {
                throw cursor.error(
                    "tls: \(files.count) files are named",
                    mend: "write tls CERT KEY, or tls CERT KEY CA"
                )
            }
            let settings = ServerTLSSettings(
                certificate: current.path(files[0]),
                key: current.path(files[1]),
                authorities: files.count == 3 ? current.path(files[2]) : nil,
                clientAuthentication: authentication,
                keyLog: keyLog
            )
            if let problem = problem(settings) { warnings.append("\(place.error(problem))") }
            return settings
        }
        context.warnings += warnings
        context.settings.tls = settings.first
        return nil
    }
}
