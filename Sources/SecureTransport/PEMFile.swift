internal import Glibc
internal import NIOSSL

/// A file of certificates or of a key, read bounded, whose troubles have names.
struct PEMFile {
    /// What a file is named for.
    enum Content: String {
        case certificate
        case key = "private key"
        case authorities = "certificate authorities"

        /// What to write where the file is named.
        var mend: String {
            switch self {
            case .certificate: "name a PEM file with the certificate and those that signed it"
            case .key: "name a PEM file with the private key of the certificate"
            case .authorities: "name a PEM file with the certificates of the authorities"
            }
        }
    }

    /// Where it was read from.
    let path: String
    /// What it is to hold.
    let content: Content
    /// What it holds.
    let octets: [UInt8]

    /// Reads a file.
    init(_ path: String, _ content: Content) throws(TLSError) {
        self.path = path
        self.content = content
        octets = try PEMFile.read(path, content)
        guard octets.contains(where: { $0 > 0x20 }) else {
            throw TLSError(
                .empty,
                file: path,
                "\(path): the file of the \(content.rawValue) is empty",
                mend: content.mend
            )
        }
    }

    /// The certificates of the file: one at least.
    func certificates() throws(TLSError) -> [NIOSSLCertificate] {
        if !holds("BEGIN CERTIFICATE"), !holds("BEGIN TRUSTED CERTIFICATE"),
            !holds("BEGIN X509 CERTIFICATE")
        {
            throw TLSError(
                .wrongContent,
                file: path,
                "\(path): there is no certificate in it"
                    + (holds("PRIVATE KEY") ? ", but a key" : ""),
                mend: holds("PRIVATE KEY")
                    ? "the order is CERT KEY CA: the certificate's file comes before the key's"
                    : content.mend
            )
        }
        do {
            let certificates = try NIOSSLCertificate.fromPEMBytes(octets)
            if !certificates.isEmpty { return certificates }
        } catch {
            // What the library says of broken base64 or DER helps nobody: it is told below.
        }
        throw TLSError(
            .wrongContent,
            file: path,
            "\(path): a certificate in it is damaged",
            mend: "see what `openssl x509 -in \(path) -noout -text` says, and write the file anew"
        )
    }

    /// The private key of the file.
    func privateKey() throws(TLSError) -> NIOSSLPrivateKey {
        guard holds("PRIVATE KEY") else {
            throw TLSError(
                .wrongContent,
                file: path,
                "\(path): there is no private key in it"
                    + (holds("BEGIN CERTIFICATE") ? ", but a certificate" : ""),
                mend: holds("BEGIN CERTIFICATE")
                    ? "the order is CERT KEY CA: the key's file comes after the certificate's"
                    : content.mend
            )
        }
        guard !holds("ENCRYPTED") else {
            throw TLSError(
                .encryptedKey,
                file: path,
                "\(path): the private key needs a passphrase, and there is nobody to ask",
                mend: "write it without: openssl pkey -in \(path) -out NEW"
            )
        }
        do {
            return try NIOSSLPrivateKey(bytes: octets, format: .pem)
        } catch {
            throw TLSError(
                .wrongContent,
                file: path,
                "\(path): the private key in it is damaged, or of a kind that TLS doesn't use",
                mend: "see what `openssl pkey -in \(path) -noout -text` says; RSA and ECDSA serve"
            )
        }
    }

    /// Whether a word is somewhere in the file.
    private func holds(_ word: String) -> Bool {
        let word = Array(word.utf8)
        guard octets.count >= word.count else { return false }
        return (0...octets.count - word.count).contains { start in
            octets[start] == word[0] && octets[start..<start + word.count].elementsEqual(word)
        }
    }

    private static func read(_ path: String, _ content: Content) throws(TLSError) -> [UInt8] {
        // A pipe would block until somebody writes to it.
        // SAFETY: the path is terminated by the compiler, and valid for the length of the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw explain(errno, path, content) }
        defer { close(descriptor) }
        var octets: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while octets.count <= Limits.pemOctetsMax {
            // SAFETY: the buffer is a valid array of `count` octets for the length of the call.
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return octets }
            if count > 0 {
                octets += chunk[..<count]
            } else if errno != EINTR {
                throw explain(errno, path, content)
            }
        }
        throw TLSError(
            .tooLarge,
            file: path,
            "\(path): the file has more than \(Limits.pemOctetsMax) octets",
            mend: content.mend
        )
    }

    private static func explain(_ code: Int32, _ path: String, _ content: Content) -> TLSError {
        let name = content.rawValue
        if code == ENOENT || code == ENOTDIR {
            return TLSError(
                .missing,
                file: path,
                "\(path): there is no such file, named for the \(name)",
                mend: "create it, or write its path; one that begins with no / is taken from `root`"
            )
        }
        // SAFETY: the C library returns a terminated string that is valid until the next call.
        let reason = unsafe String(cString: strerror(code))
        return TLSError(
            .unreadable,
            file: path,
            "\(path): cannot read the \(name): \(reason)",
            mend: code == EACCES
                ? "let the user that the server runs as read it" : content.mend
        )
    }
}
