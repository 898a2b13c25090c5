internal import Glibc
internal import NIOCore
public import NIOSSL
internal import Synchronization

/// The server's side of TLS: makes a handler for each connection.
///
/// Certificates are read when it is made, and again by ``reloadIfChanged(now:)``; connections keep
/// what they began with. Of managed certificates, each handshake takes the one it asks for.
public final class ServerTLS: Sendable {
    /// What it was made from.
    public let settings: ServerTLSSettings
    /// The protocols offered after the handshake, the most wanted first (RFC 7301).
    public let protocols: [String]

    private struct State {
        var context: NIOSSLContext
        var stamps: [FileStamp]
        var warnings: [TLSWarning]
        var lastError: TLSError?
    }

    private let state: Mutex<State>
    private let keyLog: KeyLog?

    /// Reads and checks the files; it blocks.
    ///
    /// - Parameters:
    ///   - settings: The files, and what is wanted of clients.
    ///   - protocols: The protocols that the listener speaks, as `dot`, or `h2` and `http/1.1`. A
    ///     client that offers none of them is served all the same.
    ///   - now: The seconds since 1970; nil asks the system.
    /// - Throws: ``TLSError`` that names the file.
    public init(
        _ settings: ServerTLSSettings,
        protocols: [String],
        now: Int? = nil
    ) throws(TLSError) {
        self.settings = settings
        self.protocols = protocols
        let keyLog = try ServerTLS.openKeyLog(settings.keyLog)
        self.keyLog = keyLog
        // Looked at before the files are read: what changes in between is read again later.
        let stamps = ServerTLS.stamps(settings)
        let (context, warnings) = try ServerTLS.load(
            settings,
            protocols,
            keyLog,
            now ?? Credentials.now
        )
        state = Mutex(State(context: context, stamps: stamps, warnings: warnings))
    }

    /// What is to be said about the files that are in use.
    public var warnings: [TLSWarning] {
        let secrets = settings.keyLog.map { file in
            TLSWarning(
                code: .secretsAreLogged,
                file: file,
                message: "\(file): the secrets of all connections are written to it",
                mend: "who reads it can read them; take `keylog` out when the debugging is done"
            )
        }
        return state.withLock(\.warnings) + (secrets.map { [$0] } ?? [])
    }

    /// Makes the handler of a connection, the first of its pipeline.
    public func makeHandler() -> NIOSSLServerHandler {
        let context = state.withLock(\.context)
        var configuration = NIOSSLHandler.Configuration()
        configuration.maximumPreservedOutboundBufferCapacity = Limits.preservedOutputOctets
        switch settings.clientAuthentication {
        case .none, .verifyIfGiven, .requireAndVerify:
            return NIOSSLServerHandler(context: context, configuration: configuration)
        case .request, .require:
            // Any certificate will do: what the library would check of it is not asked.
            return NIOSSLServerHandler(
                context: context,
                customVerificationCallback: { _, promise in promise.succeed(.certificateVerified) },
                configuration: configuration
            )
        }
    }

    /// What came of looking whether the files have changed.
    public enum Reload: Sendable, Hashable {
        /// The files are as they were, or as wrong as they were.
        case unchanged
        /// The new files are in use from now on, for new connections.
        case reloaded([TLSWarning])
        /// The new files are not right; those from before stay in use.
        case failed(TLSError)
    }

    /// Reads the files again if they have changed; it blocks on files.
    ///
    /// Half of a new pair is a mistake that mends itself when the other half is written: a failure
    /// is told once, and tried again each time.
    public func reloadIfChanged(now: Int? = nil) -> Reload {
        let stamps = ServerTLS.stamps(settings)
        guard state.withLock({ $0.stamps != stamps }) else { return .unchanged }
        do throws(TLSError) {
            let (context, warnings) = try ServerTLS.load(
                settings,
                protocols,
                keyLog,
                now ?? Credentials.now
            )
            state.withLock {
                $0 = State(context: context, stamps: stamps, warnings: warnings)
            }
            return .reloaded(warnings)
        } catch {
            return state.withLock { state in
                guard state.lastError != error else { return .unchanged }
                state.lastError = error
                return .failed(error)
            }
        }
    }

    private static func stamps(_ settings: ServerTLSSettings) -> [FileStamp] {
        settings.files.map(FileStamp.init)
    }

    private static func openKeyLog(_ path: String?) throws(TLSError) -> KeyLog? {
        guard let path else { return nil }
        return try KeyLog(path)
    }

    private static func load(
        _ settings: ServerTLSSettings,
        _ protocols: [String],
        _ keyLog: KeyLog?,
        _ now: Int
    ) throws(TLSError) -> (NIOSSLContext, [TLSWarning]) {
        let isManaged = !settings.managed.isEmpty
        var credentials = try Credentials(
            certificate: isManaged ? nil : settings.certificate,
            key: isManaged ? nil : settings.key,
            authorities: settings.authorities,
            now: now
        )
        let clients = settings.clientAuthentication
        // What a client's has by default, and a server's has not, is set below.
        var configuration = TLSConfiguration.makeClientConfiguration()
        if isManaged {
            let choice = CertificateChoice(settings.managed, now: now)
            credentials.warnings += choice.warnings
            configuration.sslContextCallback = { hello, certificate in
                certificate.completeWith(Result { try choice.pick(hello.serverHostname) })
            }
        }
        configuration.applicationProtocols = protocols
        switch clients {
        case .none: configuration.certificateVerification = .none
        case .request, .verifyIfGiven:
            configuration.certificateVerification = .optionalVerification
        case .require, .requireAndVerify:
            configuration.certificateVerification = .noHostnameVerification
        }
        if let authorities = credentials.authorities {
            configuration.trustRoots = .certificates(authorities)
            configuration.sendCANameList = clients != .none
        } else {
            configuration.trustRoots = clients.verifies ? .default : .certificates([])
        }
        if let keyLog { configuration.keyLogCallback = { keyLog.append($0) } }
        let context = try credentials.context(
            configuration,
            certificate: settings.certificate,
            key: settings.key
        )
        return (context, credentials.warnings)
    }
}
