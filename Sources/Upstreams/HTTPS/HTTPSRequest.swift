internal import NIOCore
internal import NIOHPACK

/// How the queries to one upstream are put into requests (RFC 8484 §4.1).
struct HTTPSRequest: Sendable {
    private let authority: String
    private let method: HTTPSMethod
    /// How long a request may take.
    let timeout: Duration

    init(_ endpoint: UpstreamEndpoint, _ settings: UpstreamSettings) {
        let name = endpoint.serverName ?? settings.serverName
        let port = endpoint.port == UpstreamScheme.https.defaultPort ? "" : ":\(endpoint.port)"
        authority = name.map { $0 + port } ?? endpoint.description
        method = settings.httpsMethod
        timeout = settings.readTimeout
    }

    /// The header and the body for a query.
    func message(_ wire: [UInt8]) -> (HPACKHeaders, ByteBuffer?) {
        var path = "/dns-query"
        if method == .get { path += "?dns=" + Self.base64URL(wire) }
        var headers = HPACKHeaders([
            (":method", method.rawValue), (":scheme", "https"), (":authority", authority),
            (":path", path), ("accept", "application/dns-message"),
        ])
        guard method == .post else { return (headers, nil) }
        headers.add(name: "content-type", value: "application/dns-message")
        headers.add(name: "content-length", value: "\(wire.count)")
        return (headers, ByteBuffer(bytes: wire))
    }

    /// The octets in the alphabet for paths, without padding (RFC 4648 §5).
    static func base64URL(_ octets: [UInt8]) -> String {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
        )
        var text: [UInt8] = []
        text.reserveCapacity(octets.count * 4 / 3 + 3)
        for start in stride(from: 0, to: octets.count, by: 3) {
            let part = octets[start..<min(start + 3, octets.count)]
            var bits = part.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= 8 * UInt32(3 - part.count)
            for index in 0...part.count {
                text.append(alphabet[Int(bits >> UInt32(18 - 6 * index) & 63)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
