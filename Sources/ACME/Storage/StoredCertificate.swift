internal import NIOSSL

/// A certificate that is kept, with its key.
struct StoredCertificate: Sendable, Hashable {
    /// When it begins to be valid, in seconds since 1970.
    let start: Int
    /// When it ends to be valid, in seconds since 1970.
    let end: Int
    /// The public key in DER.
    let publicKeyInfo: [UInt8]

    /// Reads the key and the chain in a file.
    ///
    /// - Throws: ``ACMEError`` if one of them is missing or damaged.
    init(_ octets: [UInt8]) throws(ACMEError) {
        do {
            _ = try NIOSSLPrivateKey(bytes: octets, format: .pem)
            guard let first = try NIOSSLCertificate.fromPEMBytes(octets).first else {
                throw ACMEError(.credentials, "there is no certificate in it")
            }
            start = Int(first.notValidBefore)
            end = Int(first.notValidAfter)
            publicKeyInfo = try first.extractPublicKey().toSPKIBytes()
        } catch {
            throw ACMEError(.credentials, "the certificate or its key is damaged")
        }
    }
}
