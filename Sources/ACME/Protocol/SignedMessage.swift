internal import KubernetesModel

/// A signed request: a JWS in its flattened JSON form (RFC 7515 §7.2.2, RFC 8555 §6.2).
enum SignedMessage {
    /// Signs a payload; an empty one asks for a resource (RFC 8555 §6.3).
    static func octets(
        protected header: Fields,
        payload: [UInt8],
        by key: SigningKey
    ) throws(ACMEError) -> [UInt8] {
        let protected = Base64URL.text(JSONWriter.compactOctets(header))
        let payload = Base64URL.text(payload)
        let signature = try key.signature(of: signingInput(protected, payload))
        let message: Fields = [
            "protected": .string(protected),
            "payload": .string(payload),
            "signature": .string(Base64URL.text(signature)),
        ]
        return JSONWriter.compactOctets(message)
    }

    /// What is signed (RFC 7515 §5.1).
    static func signingInput(_ protected: String, _ payload: String) -> [UInt8] {
        Array("\(protected).\(payload)".utf8)
    }
}
