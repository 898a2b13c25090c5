internal import CLDNS

/// Digests of octets.
public enum Digest {
    /// The SHA-1 digest of octets (RFC 3174): for the names of NSEC3, which know no other.
    static func sha1(_ octets: [UInt8]) -> [UInt8] {
        var octets = octets
        var digest = [UInt8](repeating: 0, count: Int(LDNS_SHA1_DIGEST_LENGTH))
        let count = UInt32(truncatingIfNeeded: octets.count)
        // SAFETY: ldns reads `count` octets and writes a digest's length.
        _ = unsafe octets.withUnsafeMutableBufferPointer { octets in
            unsafe digest.withUnsafeMutableBufferPointer { digest in
                unsafe ldns_sha1(octets.baseAddress, count, digest.baseAddress)
            }
        }
        return digest
    }

    /// The SHA-512 digest of octets, as 128 hexadecimal digits (RFC 6234).
    public static func sha512(_ octets: [UInt8]) -> String {
        var octets = octets
        var digest = [UInt8](repeating: 0, count: Int(LDNS_SHA512_DIGEST_LENGTH))
        let count = UInt32(truncatingIfNeeded: octets.count)
        // SAFETY: ldns reads `count` octets and writes a digest's length.
        _ = unsafe octets.withUnsafeMutableBufferPointer { octets in
            unsafe digest.withUnsafeMutableBufferPointer { digest in
                unsafe ldns_sha512(octets.baseAddress, count, digest.baseAddress)
            }
        }
        return digest.map { octet in
            let text = String(octet, radix: 16)
            return octet < 16 ? "0" + text : text
        }.joined()
    }
}
