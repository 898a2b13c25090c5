internal import ACME
internal import Corefile
internal import SecureTransport

extension PluginDirective {
    /// `tls CERT KEY [CA] { … }`, `tls { acme … }`: the certificates of `tls://` and `https://`
    /// keys.
    static let tls = PluginDirective(name: "tls", manual: tlsManual, make: makeTLS)

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
            var options = TLSOptions(current)
            try cursor.readOptions { option, cursor in
                try options.read(option, &cursor, known: tlsManual.optionNames)
            }
            let settings: ServerTLSSettings
            if let certificates = try options.certificates(place) {
                guard files.isEmpty else {
                    throw place.error(
                        "tls: files are named, and acme too",
                        mend: "write tls CERT KEY, or tls { acme DOMAIN... }"
                    )
                }
                settings = managed(certificates, options)
                warnings += try adopt(certificates, current, place)
            } else {
                settings = try named(files, options, current, cursor)
            }
            if let problem = problem(settings) { warnings.append("\(place.error(problem))") }
            return settings
        }
        context.warnings += warnings
        context.settings.tls = settings.first
        return nil
    }

    /// The settings of certificates in files.
    private static func named(
        _ files: [String],
        _ options: TLSOptions,
        _ context: BlockContext,
        _ cursor: DirectiveCursor
    ) throws(CorefileError) -> ServerTLSSettings {
        guard files.count == 2 || files.count == 3 else {
            throw cursor.error(
                "tls: \(files.count) files are named",
                mend: "write tls CERT KEY, or tls CERT KEY CA"
            )
        }
        return ServerTLSSettings(
            certificate: context.path(files[0]),
            key: context.path(files[1]),
            authorities: files.count == 3 ? context.path(files[2]) : nil,
            clientAuthentication: options.authentication,
            keyLog: options.keyLog
        )
    }

    /// The settings of certificates that are got.
    private static func managed(
        _ certificates: ACMESettings,
        _ options: TLSOptions
    ) -> ServerTLSSettings {
        ServerTLSSettings(
            managed: certificates.names.map {
                ManagedCertificate(name: $0.text, file: certificates.certificateFile(of: $0))
            },
            clientAuthentication: options.authentication,
            keyLog: options.keyLog
        )
    }

    /// Lets certificates be got.
    ///
    /// - Returns: What is legal but may hurt.
    private static func adopt(
        _ certificates: ACMESettings,
        _ context: BlockContext,
        _ place: DirectiveCursor
    ) throws(CorefileError) -> [String] {
        if let name = context.certificates?.add(certificates) {
            throw place.error(
                "tls: acme: \(name) is in another server block with other options",
                mend: "give both blocks the same options, or each its own names"
            )
        }
        guard !certificates.ca.isSecure else { return [] }
        return [
            "\(place.error("tls: ca: \(certificates.ca) is asked without TLS: anybody may answer"))"
        ]
    }
}
