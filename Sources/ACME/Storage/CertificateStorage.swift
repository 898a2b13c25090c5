/// Where an account's key and its certificates are kept: a directory of each CA.
///
///     STORAGE/CA/account.pem
///     STORAGE/CA/certificates/NAME.pem
///
/// A name's key and certificates are in one file, so that they change together.
struct CertificateStorage: Sendable {
    /// The directory of the CA.
    let directory: String

    init(_ settings: ACMESettings) {
        directory = "\(settings.storage)/\(settings.ca.slug)"
    }

    /// The file of a name's certificate.
    func certificateFile(of name: ManagedName) -> String {
        "\(directory)/certificates/\(name.fileName).pem"
    }

    private var accountFile: String { "\(directory)/account.pem" }

    /// Makes the directories.
    func prepare() throws(ACMEError) {
        try SecretFile.makeDirectory("\(directory)/certificates")
    }

    /// The account's key; a new one, kept, if there is none.
    func accountKey() throws(ACMEError) -> SigningKey {
        if let octets = try SecretFile.read(accountFile) {
            do throws(ACMEError) {
                return try SigningKey(pem: octets)
            } catch {
                throw ACMEError(
                    .storage,
                    "\(accountFile): \(error.message)",
                    mend: "restore it, or delete it and let another account be made"
                )
            }
        }
        let key = try SigningKey()
        try SecretFile.write(key.pem, to: accountFile)
        return key
    }

    /// The certificate of a name; nil if there is none.
    ///
    /// - Throws: ``ACMEError`` if there is one that is of no use.
    func certificate(of name: ManagedName) throws(ACMEError) -> StoredCertificate? {
        let file = certificateFile(of: name)
        guard let octets = try SecretFile.read(file) else { return nil }
        do throws(ACMEError) {
            return try StoredCertificate(octets)
        } catch {
            throw ACMEError(.storage, "\(file): \(error.message)")
        }
    }

    /// Keeps a certificate that was got.
    ///
    /// - Throws: ``ACMEError`` if it isn't that of the key.
    /// - Returns: The certificate.
    func keep(
        _ chain: [UInt8],
        _ key: SigningKey,
        of name: ManagedName
    ) throws(ACMEError) -> StoredCertificate {
        let octets = key.pem + chain
        let certificate = try StoredCertificate(octets)
        guard certificate.publicKeyInfo == key.publicKeyInfo else {
            throw ACMEError(.credentials, "the CA's certificate for \(name) is for another key")
        }
        try SecretFile.write(octets, to: certificateFile(of: name))
        return certificate
    }
}
