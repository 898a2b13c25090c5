internal import Glibc
internal import NIOCore
internal import NIOSSL

/// What certificates and keys a side of TLS has, read and checked.
struct Credentials {
    /// The certificate and those that signed it, the own one first; empty if there is none.
    var chain: [NIOSSLCertificate] = []
    /// The key of the first certificate.
    var key: NIOSSLPrivateKey?
    /// The authorities that may sign the peer's certificate; nil means those of the system.
    var authorities: [NIOSSLCertificate]?
    /// What is to be said about the time in which certificates are valid.
    var warnings: [TLSWarning] = []

    /// Reads the files that are named.
    init(
        certificate: String?,
        key: String?,
        authorities: String?,
        now: Int
    ) throws(TLSError) {
        if let certificate, let key {
            chain = try PEMFile(certificate, .certificate).certificates()
            self.key = try PEMFile(key, .key).privateKey()
            note(chain, certificate, now)
        }
        if let authorities {
            let certificates = try PEMFile(authorities, .authorities).certificates()
            self.authorities = certificates
            // One of many authorities past its end is usual; all of them are a mistake.
            if certificates.allSatisfy({ Int($0.notValidAfter) < now }) {
                note(certificates, authorities, now)
            }
        }
    }

    /// Warns once for a file, of the certificate that ends first.
    private mutating func note(_ certificates: [NIOSSLCertificate], _ file: String, _ now: Int) {
        let first = certificates.min { $0.notValidAfter < $1.notValidAfter }
        guard let first else { return }
        let warning = TLSWarning.validity(
            from: Int(first.notValidBefore),
            to: Int(first.notValidAfter),
            file: file,
            now: now
        )
        if let warning { warnings.append(warning) }
    }

    /// Makes the context of connections, which checks that the key is that of the certificate.
    func context(
        _ configuration: TLSConfiguration,
        certificate: String?,
        key: String?
    ) throws(TLSError) -> NIOSSLContext {
        var configuration = configuration
        configuration.minimumTLSVersion = .tlsv12
        configuration.shutdownTimeout = .seconds(Limits.shutdownSeconds)
        configuration.certificateChain = chain.map { .certificate($0) }
        configuration.privateKey = self.key.map { .privateKey($0) }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch NIOSSLError.failedToLoadPrivateKey {
            throw TLSError(
                .keyMismatch,
                file: key ?? "",
                "\(key ?? ""): the private key is not that of the certificate in"
                    + " \(certificate ?? "")",
                mend: "name the two files that were made together, the server's own certificate"
                    + " first in its file"
            )
        } catch {
            if case .default? = configuration.trustRoots, authorities == nil {
                throw TLSError(
                    .noSystemAuthorities,
                    "this system's list of certificate authorities cannot be read",
                    mend: "install the package ca-certificates, or name a file with the authorities"
                )
            }
            throw TLSError(
                .refused,
                file: certificate ?? "",
                "\(certificate ?? "tls"): the TLS library refuses it: \(error)",
                mend: "see what `openssl x509 -noout -text -in FILE` says of the certificate"
            )
        }
    }

    /// The seconds since 1970.
    static var now: Int { Glibc.time(nil) }
}
