import Foundation
import KubernetesModel
import Testing

@testable import ACME

@Suite("RFC 7515, RFC 7638, RFC 8555 §8: keys and signatures")
struct SigningTests {
    @Test(
        arguments: [
            ([], ""), ([0x66], "Zg"), ([0x66, 0x6F], "Zm8"), ([0x66, 0x6F, 0x6F], "Zm9v"),
            ([0xFB, 0xFF, 0xBF], "-_-_"), ([0x66, 0x6F, 0x6F, 0x62], "Zm9vYg"),
        ] as [([UInt8], String)]
    )
    func `octets become letters without padding`(_ octets: [UInt8], _ text: String) {
        #expect(Base64URL.text(octets) == text)
    }

    @Test func `any octets come back from their letters`() {
        var octets: [UInt8] = []
        for octet in 0..<300 {
            #expect(Array(Octets.ofBase64URL(Base64URL.text(octets))) == octets)
            octets.append(UInt8(truncatingIfNeeded: octet &* 151))
        }
    }

    @Test func `the thumbprint of RFC 7638 §3.1 comes out`() {
        let members: Fields = [
            "e": "AQAB",
            "n": .string(
                "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L"
                    + "6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4"
                    + "QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91Cb"
                    + "OpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-c"
                    + "sFCur-kEgU8awapJzKnqDKgw"
            ),
            "kty": "RSA",
        ]
        let expected = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        #expect(SigningKey.thumbprint(members) == expected)
        var reversed = members
        reversed.reverse()
        #expect(SigningKey.thumbprint(reversed) == expected)
    }

    /// The key of RFC 7515 appendix A.3, in the form of SEC 1 as PEM.
    private static func key() throws -> SigningKey {
        let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
        let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
        let d = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"
        let point = [4] + Octets.ofBase64URL(x) + Octets.ofBase64URL(y)
        let der =
            [0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20] + Octets.ofBase64URL(d)
            + [0xA0, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
            + [0xA1, 0x44, 0x03, 0x42, 0x00] + point
        let pem =
            "-----BEGIN EC PRIVATE KEY-----\n\(Data(der).base64EncodedString())\n"
            + "-----END EC PRIVATE KEY-----\n"
        return try SigningKey(pem: Array(pem.utf8))
    }

    /// Whether openssl finds that a signature is that of a message.
    private static func isSigned(
        _ message: [UInt8],
        by key: SigningKey,
        _ signature: [UInt8]
    ) throws -> Bool {
        /// A number in DER: a leading zero where it would be negative, and no other.
        func number(_ octets: ArraySlice<UInt8>) -> [UInt8] {
            var octets = Array(octets.drop { $0 == 0 })
            if octets.first.map({ $0 >= 0x80 }) ?? true { octets.insert(0, at: 0) }
            return [0x02, UInt8(octets.count)] + octets
        }
        let numbers = number(signature[..<32]) + number(signature[32...])
        let directory = try TemporaryDirectory()
        let files = [
            "key": key.publicKeyInfo, "message": message,
            "signature": [0x30, UInt8(numbers.count)] + numbers,
        ]
        for (name, octets) in files {
            try Data(octets).write(to: URL(filePath: "\(directory.path)/\(name)"))
        }
        let output = try directory.run(
            "sh",
            "-c",
            "cd \(directory.path); openssl dgst -sha256 -verify key -keyform DER"
                + " -signature signature message || true"
        )
        return output.contains("Verified OK")
    }

    @Test func `the signature of RFC 7515 A.3 is taken, and one of other words isn't`() throws {
        let key = try Self.key()
        #expect(key.jwk["x"]?.string == "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")
        #expect(key.jwk["y"]?.string == "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")
        let input = SignedMessage.signingInput(
            "eyJhbGciOiJFUzI1NiJ9",
            "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
                + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        )
        let signature = Octets.ofBase64URL(
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        )
        #expect(try Self.isSigned(input, by: key, signature))
        #expect(try !Self.isSigned(input + [0], by: key, signature))
        // And so is one of ours.
        let own = try key.signature(of: input)
        #expect(own.count == 64 && own != signature)
        #expect(try Self.isSigned(input, by: key, own))
    }

    @Test func `a request is signed over its header and its payload`() throws {
        let key = try SigningKey()
        let header: Fields = ["alg": "ES256", "nonce": "abc", "url": "https://ca.test/new"]
        let octets = try SignedMessage.octets(
            protected: header,
            payload: Array("{}".utf8),
            by: key
        )
        let message = try JSONReader.read(octets)
        let protected = try #require(message["protected"]?.string)
        let payload = try #require(message["payload"]?.string)
        let signature = try #require(message["signature"]?.string)
        #expect(try JSONReader.read(Octets.ofBase64URL(protected)).object == header)
        #expect(Octets.ofBase64URL(payload) == Array("{}".utf8))
        let input = SignedMessage.signingInput(protected, payload)
        #expect(try Self.isSigned(input, by: key, Octets.ofBase64URL(signature)))
    }

    @Test func `a key comes back from its text, and from a file with certificates behind it`()
        throws
    {
        let key = try SigningKey()
        let again = try SigningKey(pem: key.pem + Array("-----BEGIN X-----\nAA==\n".utf8))
        #expect(again.publicKeyInfo == key.publicKeyInfo && again.thumbprint == key.thumbprint)
        #expect(try SigningKey().thumbprint != key.thumbprint)
        let text = String(decoding: key.pem, as: UTF8.self)
        #expect(text.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        #expect(text.hasSuffix("-----END PRIVATE KEY-----\n"))
    }

    @Test func `damaged keys are refused`() throws {
        let pem = try SigningKey().pem
        for count in stride(from: 0, to: pem.count - 2, by: 7) {
            #expect(throws: ACMEError.self) { try SigningKey(pem: Array(pem[..<count])) }
        }
    }

    @Test func `the record's text is the digest of token and thumbprint`() throws {
        let key = try Self.key()
        let authorization = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA.\(key.thumbprint)"
        let digest = Digest.sha256(Array(authorization.utf8))
        #expect(digest.count == 32)
        let text = key.challengeText("evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA")
        #expect(text == Base64URL.text(digest) && text.count == 43)
    }

    @Test func `the digest is that of RFC 6234`() {
        // RFC 6234 §8.5, TEST1.
        let digest = Digest.sha256(Array("abc".utf8))
        let text = digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        #expect(text == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test(arguments: ["dns.example.org", "*.example.org"])
    func `openssl takes the request, and finds the name and nothing else`(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/request.der"
        try Data(try SigningKey().request(for: name)).write(to: URL(filePath: path))
        let text = try directory.run(
            "openssl",
            "req",
            "-inform",
            "DER",
            "-in",
            path,
            "-verify",
            "-noout",
            "-text"
        )
        #expect(text.contains("DNS:\(name)\n") && text.contains("NIST CURVE: P-256"))
        #expect(text.contains("Signature Algorithm: ecdsa-with-SHA256"))
        #expect(text.contains("Subject: \n"))
    }

    @Test func `a name that is too long is no request`() throws {
        let key = try SigningKey()
        #expect(throws: ACMEError.self) {
            try key.request(for: String(repeating: "a", count: 256))
        }
    }
}
