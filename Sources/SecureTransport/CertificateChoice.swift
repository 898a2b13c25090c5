internal import NIOSSL

/// The certificates of several names, of which a handshake takes the one that the client asks for
/// (RFC 6066 §3).
///
/// A client that asks for no name gets the first one's. Whoever asks for a name that has none, or
/// none yet, gets nothing: a wrong certificate would be refused anyway, and tell of the others.
struct CertificateChoice: Sendable {
    /// Why there is no certificate for a handshake.
    enum Failure: Error, CustomStringConvertible {
        case none(String)
        case notYet(String)

        var description: String {
            switch self {
            case .none(let name): "no certificate is kept for \(name)"
            case .notYet(let name): "there is no certificate for \(name) yet"
            }
        }
    }

    private let names: [String]
    private var certificates: [String: NIOSSLContextConfigurationOverride] = [:]
    /// What is to be said about those that are there.
    private(set) var warnings: [TLSWarning] = []

    /// Reads the files that are there.
    init(_ managed: [ManagedCertificate], now: Int) {
        names = managed.map(\.name)
        for entry in managed {
            // Who keeps the files says what is wrong with them, and mends it.
            guard let file = try? PEMFile(entry.file, .certificate),
                let chain = try? file.certificates(), let key = try? file.privateKey()
            else { continue }
            var certificate = NIOSSLContextConfigurationOverride()
            certificate.certificateChain = chain.map { .certificate($0) }
            certificate.privateKey = .privateKey(key)
            certificates[entry.name] = certificate
            let warning = TLSWarning.validity(
                from: Int(chain[0].notValidBefore),
                to: Int(chain[0].notValidAfter),
                file: entry.file,
                now: now
            )
            // Its end is near whenever its whole life is short: only past it something is wrong.
            if let warning, warning.code != .expiresSoon { warnings.append(warning) }
        }
    }

    /// The certificate for a client that asks for a name, or for none.
    func pick(_ asked: String?) throws(Failure) -> NIOSSLContextConfigurationOverride {
        let name = asked.map(CertificateChoice.bare) ?? names.first ?? ""
        let wildcard = name.firstIndex(of: ".").map { "*\(name[$0...])" } ?? ""
        guard let own = [name, wildcard].first(where: names.contains) else { throw .none(name) }
        guard let certificate = certificates[own] ?? certificates[wildcard] else {
            throw .notYet(name)
        }
        return certificate
    }

    private static func bare(_ name: String) -> String {
        let lower = name.lowercased()
        return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
    }
}
