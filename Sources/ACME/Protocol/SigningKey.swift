internal import CSigning
internal import KubernetesModel

/// A key of the curve P-256: that of an account (ES256), or that of a certificate.
///
/// `@unchecked Sendable`: the library's key is not changed after `init`, and freed in `deinit`.
@safe
final class SigningKey: @unchecked Sendable {
    private let key: OpaquePointer

    /// Makes a new key.
    ///
    /// - Throws: ``ACMEError`` if the system has no memory or no random numbers for it.
    init() throws(ACMEError) {
        guard let key = unsafe csg_key_make() else {
            throw ACMEError(.credentials, "cannot make a private key")
        }
        unsafe self.key = key
    }

    /// Reads a key from PEM text; what else is there is passed over.
    ///
    /// - Throws: ``ACMEError`` if there is none of P-256.
    init(pem: [UInt8]) throws(ACMEError) {
        // SAFETY: the array is valid, with `count` octets, for the length of the call.
        guard let key = unsafe csg_key_read(pem, pem.count) else {
            throw ACMEError(.credentials, "the private key is damaged, or none of the curve P-256")
        }
        unsafe self.key = key
    }

    deinit {
        unsafe csg_key_free(key)
    }

    /// The key as PEM text (PKCS #8).
    var pem: [UInt8] {
        SigningKey.written { unsafe csg_key_text(key, &$0, SigningKey.textOctetsMax) }
    }

    /// The public key in DER (RFC 5480 §2): what certificates hold.
    var publicKeyInfo: [UInt8] {
        SigningKey.written { unsafe csg_key_public(key, &$0, SigningKey.textOctetsMax) }
    }

    /// A signature as JWS has it: two numbers of 32 octets each (RFC 7518 §3.4).
    func signature(of message: [UInt8]) throws(ACMEError) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: 64)
        // SAFETY: both arrays are valid for the call, which writes 64 octets.
        guard unsafe csg_sign(key, message, message.count, &signature) == 1 else {
            throw ACMEError(.credentials, "cannot sign with the private key")
        }
        return signature
    }

    /// The request for a certificate of a name such as `*.example.org`, in DER (RFC 2986 §4).
    ///
    /// The name stands in the extension only: subjects hold it no more (RFC 8555 §7.4).
    func request(for name: String) throws(ACMEError) -> [UInt8] {
        let octets = Array(name.utf8)
        let request = SigningKey.written {
            unsafe csg_request(key, octets, octets.count, &$0, SigningKey.textOctetsMax)
        }
        guard !request.isEmpty else {
            throw ACMEError(.credentials, "cannot write the request for a certificate of \(name)")
        }
        return request
    }

    /// What the library writes into memory that is large enough for each of its texts.
    private static func written(_ body: (inout [UInt8]) -> Int) -> [UInt8] {
        var memory = [UInt8](repeating: 0, count: textOctetsMax)
        // SAFETY: the array is valid for the call, which writes no more than it is told.
        let count = body(&memory)
        return Array(memory.prefix(count))
    }

    /// Octets of the longest text: a request has 300, and the name.
    private static let textOctetsMax = 2_048
}

extension SigningKey {
    /// The public key as a JWK (RFC 7517 §4, RFC 7518 §6.2.1).
    var jwk: Fields {
        // A key of P-256 in DER ends in its two coordinates (RFC 5480 §2.2).
        let point = publicKeyInfo.suffix(64)
        return [
            "crv": "P-256",
            "kty": "EC",
            "x": .string(Base64URL.text(Array(point.prefix(32)))),
            "y": .string(Base64URL.text(Array(point.suffix(32)))),
        ]
    }

    /// What tells the key from others (RFC 7638 §3).
    var thumbprint: String { SigningKey.thumbprint(jwk) }

    /// The thumbprint of a key whose required members, and no others, are given.
    static func thumbprint(_ members: Fields) -> String {
        var sorted = members
        sorted.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return Base64URL.text(Digest.sha256(JSONWriter.compactOctets(sorted)))
    }

    /// The text of the record that answers a challenge's token (RFC 8555 §8.1, §8.4).
    func challengeText(_ token: String) -> String {
        Base64URL.text(Digest.sha256(Array("\(token).\(thumbprint)".utf8)))
    }
}

/// Digests of octets.
enum Digest {
    /// The SHA-256 digest (RFC 6234).
    static func sha256(_ octets: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        // SAFETY: both arrays are valid for the call, which writes 32 octets.
        _ = unsafe csg_digest(octets, octets.count, &digest)
        return digest
    }
}
