internal import ACME
internal import Addresses
public import Corefile
public import DNSWire
internal import Synchronization

/// Gets and renews the certificates of all blocks with `tls { acme }`, and answers, in every block,
/// the questions by which CAs check whose the names are (RFC 8555 §8.4).
///
/// One stands in all chains, before what answers; it costs a load and a comparison there, and only
/// in Corefiles that have `acme`.
///
/// `@unchecked Sendable`: restated from ``Plugin``; what changes is guarded by the mutex.
public final class CertificatePlugin: Plugin, @unchecked Sendable {
    private let services: ServerServices
    private let state = Mutex(State())

    private struct State {
        var settings: [ACMESettings] = []
        var keepers: [CertificateKeeper] = []
    }

    /// Creates the plugin; nil if no block of a Corefile has `acme`.
    public init?(for corefile: Corefile, _ services: ServerServices) {
        let isWanted = corefile.blocks.contains { block in
            block.directives(named: "tls").contains { directive in
                directive.tokens.contains { $0.text == "acme" }
            }
        }
        guard isWanted else { return nil }
        self.services = services
        super.init(name: "tls")
    }

    /// Takes what a block wants.
    ///
    /// - Returns: The name that another block wants otherwise; nil if all is well.
    func add(_ settings: ACMESettings) -> ManagedName? {
        state.withLock { state in
            if state.settings.contains(settings) { return nil }
            let taken = Set(state.settings.flatMap(\.names))
            if let name = settings.names.first(where: taken.contains) { return name }
            state.settings.append(settings)
            return nil
        }
    }

    /// The names whose TXT records CAs look for, each once.
    public var challengeNames: [Name] {
        var seen: Set<String> = []
        return state.withLock(\.settings).flatMap(\.names).map(\.challengeName)
            .filter { seen.insert($0).inserted }.compactMap { Name($0) }
    }

    public override func answer(
        _ transaction: inout Transaction,
        _ rest: RestOfChain
    ) -> Disposition {
        guard !services.challenges.isEmpty,
            transaction.query.type == RecordType.txt.rawValue,
            transaction.query.recordClass == RecordClass.in.rawValue
        else { return rest.answer(&transaction) }
        let name = transaction.questionName
        let text = "\(name)".lowercased()
        let texts = services.challenges.texts(
            at: text.hasSuffix(".") ? String(text.dropLast()) : text
        )
        guard !texts.isEmpty else { return rest.answer(&transaction) }
        transaction.response.isAuthoritative = true
        for text in texts {
            let record = ResourceRecord(
                name: name,
                timeToLive: 0,
                data: .txt([Array(text.utf8)])
            )
            guard transaction.response.append(record, to: .answer, question: name) else {
                transaction.response.isTruncated = true
                break
            }
        }
        return .written
    }

    public override func beginServing() {
        let keepers = state.withLock { state -> [CertificateKeeper] in
            state.keepers = state.settings.map(keeper)
            return state.keepers
        }
        for keeper in keepers { keeper.start() }
    }

    public override func stop() {
        let keepers = state.withLock { state in
            defer { state.keepers = [] }
            return state.keepers
        }
        for keeper in keepers { keeper.stop() }
    }

    private func keeper(_ settings: ACMESettings) -> CertificateKeeper {
        let log = services.log
        return CertificateKeeper(
            settings,
            board: services.challenges,
            ledger: services.attempts,
            lookup: settings.resolver.map(CertificatePlugin.lookup),
            report: { log.write(CertificatePlugin.line($0)) }
        )
    }

    /// Asks a resolver for the addresses of a CA.
    private static func lookup(_ resolver: String) -> ACMELookup {
        { host in
            guard let place = HostPort(resolver) else { return [] }
            let own = IPAddress(place.host).map { [$0] }
            let servers = own ?? HostLookup.systemAddresses(place.host)
            let lookup = HostLookup(
                servers: servers.map { ServerEndpoint(address: $0, port: place.port) }
            )
            return lookup.addresses(of: host)?.map(\.address) ?? []
        }
    }

    /// What the log says of an event.
    private static func line(_ event: KeeperEvent) -> String {
        switch event {
        case .missing(let name, let ca):
            "[INFO] plugin/tls: acme: no certificate for \(name) yet: TLS handshakes that ask for"
                + " it fail until \(ca) gives one"
        case .damaged(let error):
            "[WARNING] plugin/tls: acme: \(error): it is ordered anew"
        case .found(let name, let seconds):
            "[INFO] plugin/tls: acme: the certificate of \(name) is there,"
                + " to be renewed in \(GoDuration.text(.seconds(seconds)))"
        case .obtained(let name, let seconds):
            "[INFO] plugin/tls: acme: got a certificate for \(name),"
                + " to be renewed in \(GoDuration.text(.seconds(seconds)))"
        case .failed(let name, let error, let seconds):
            "[ERROR] plugin/tls: acme: no certificate for \(name): \(error); the next attempt is"
                + " in \(GoDuration.text(.seconds(seconds)))"
        }
    }
}
