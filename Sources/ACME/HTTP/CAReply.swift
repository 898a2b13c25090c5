internal import NIOHTTP1

/// What is asked of a CA.
struct CARequest: Sendable {
    /// How: GET, HEAD or POST.
    var method: HTTPMethod
    /// Where.
    var url: HTTPURL
    /// What media type the reply is to have; empty if any will do.
    var accepts = ""
    /// The signed message of a POST (RFC 8555 §6.2).
    var body: [UInt8] = []
}

/// What a CA replied.
struct CAReply: Sendable {
    /// The status of HTTP.
    var status: Int
    /// The fields of the head.
    var fields: HTTPHeaders
    /// The body.
    var body: [UInt8]

    /// The nonce for the next request (RFC 8555 §6.5.1); one of other letters is none.
    var nonce: String? {
        fields.first(name: "replay-nonce").flatMap { Base64URL.isText($0) ? $0 : nil }
    }

    /// Seconds to wait, if the CA says so in seconds (RFC 9110 §10.2.3).
    var retryAfter: Int? {
        fields.first(name: "retry-after").flatMap(Int.init).flatMap { $0 >= 0 ? $0 : nil }
    }
}
