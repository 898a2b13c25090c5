internal import KubernetesModel

/// JSON of a CA's replies, within the bounds of what one has to say.
enum JSONText {
    /// Reads a reply's body; nil if it isn't JSON, or too much of it.
    static func read(_ octets: [UInt8]) -> Value? {
        try? JSONReader.read(
            octets,
            depthMax: Limits.depthMax,
            octetsMax: Limits.bodyOctetsMax,
            nodesMax: Limits.valuesMax
        )
    }
}

extension Value {
    /// The URL in a field.
    ///
    /// - Throws: ``ACMEError`` if there is none, or one that leaves the protection of `base`.
    func url(_ field: String, _ base: HTTPURL) throws(ACMEError) -> HTTPURL {
        guard let text = self[field]?.string else {
            throw .malformed(base, "the reply has no \"\(field)\"")
        }
        return try base.sibling(text)
    }

    /// The text in a field.
    ///
    /// - Throws: ``ACMEError`` if there is none, or it is too long.
    func text(_ field: String, _ base: HTTPURL) throws(ACMEError) -> String {
        guard let text = self[field]?.string, text.utf8.count <= Limits.textOctetsMax else {
            throw .malformed(base, "the reply has no \"\(field)\"")
        }
        return text
    }
}
