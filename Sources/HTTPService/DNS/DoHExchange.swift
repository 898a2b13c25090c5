public import Addresses

/// DNS queries in requests, and answers in replies (RFC 8484).
public enum DoHExchange {
    /// The path that queries are sent to.
    public static let path = "/dns-query"
    /// The media type of DNS messages.
    public static let mediaType = "application/dns-message"

    /// Why a request holds no query: the status, and a sentence for who sent it.
    public struct Refusal: Error, Sendable, Hashable {
        /// The status of the reply.
        public var status: Int
        /// What is wrong with the request.
        public var reason: String

        /// Creates a refusal.
        public init(_ status: Int, _ reason: String) {
            self.status = status
            self.reason = reason
        }
    }

    /// The query in a request.
    ///
    /// Nothing of it is read but its size and that it is no response.
    ///
    /// - Throws: ``Refusal`` with the status of the reply.
    public static func query(in request: HTTPRequest) throws(Refusal) -> [UInt8] {
        guard request.path == path else { throw Refusal(404, "there is nothing here") }
        let message: [UInt8]
        switch request.method {
        case "GET": message = try decode(request.query ?? "")
        case "POST": message = try body(of: request)
        default: throw Refusal(405, "the methods are GET and POST")
        }
        guard message.count >= Limits.messageOctetsMin else {
            throw Refusal(400, "the message is shorter than the header of one")
        }
        // The first bit after the number tells a response (RFC 1035 §4.1.1).
        guard message[2] & 0x80 == 0 else { throw Refusal(400, "the message is a response") }
        return message
    }

    /// The reply that carries an answer.
    ///
    /// - Parameters:
    ///   - message: The answer.
    ///   - maxAge: The seconds for which it may be kept: the smallest TTL of its records
    ///     (RFC 8484 §5.1).
    /// - Returns: The reply, of status 200.
    public static func reply(_ message: [UInt8], maxAge: UInt32) -> HTTPReply {
        HTTPReply(
            status: 200,
            fields: [
                HTTPField("content-type", mediaType),
                HTTPField("cache-control", "max-age=\(maxAge)"),
            ],
            body: message
        )
    }

    /// The reply that carries no answer.
    public static func reply(_ refusal: Refusal) -> HTTPReply {
        var reply = HTTPReply.text(refusal.reason + "\n", status: refusal.status)
        if refusal.status == 405 { reply.fields.append(HTTPField("allow", "GET, POST")) }
        return reply
    }

    /// A handler for ``path`` of an ``HTTPRouter``.
    ///
    /// - Parameters:
    ///   - maxAge: The smallest TTL of an answer's records.
    ///   - answer: Answers the query of a client; nil means that it gets none, and is told so.
    /// - Returns: The handler.
    public static func handler(
        maxAge: @escaping @Sendable ([UInt8]) -> UInt32,
        answer: @escaping @Sendable ([UInt8], IPAddress, UInt16) async -> [UInt8]?
    ) -> HTTPHandler {
        { request in
            do throws(Refusal) {
                let query = try query(in: request)
                guard let message = await answer(query, request.client, request.clientPort) else {
                    throw Refusal(500, "no response")
                }
                return reply(message, maxAge: maxAge(message))
            } catch {
                return reply(error)
            }
        }
    }

    private static func decode(_ query: String) throws(Refusal) -> [UInt8] {
        let values = query.split(separator: "&").compactMap { pair -> Substring? in
            if pair == "dns" { return "" }
            return pair.hasPrefix("dns=") ? pair.dropFirst(4) : nil
        }
        guard let value = values.first else { throw Refusal(400, "there is no parameter dns") }
        guard values.count == 1 else { throw Refusal(400, "there are several parameters dns") }
        guard let text = unescape(value),
            let message = Base64URL.decode(text, atMost: Limits.messageOctetsMax)
        else { throw Refusal(400, "the parameter dns is no base64url without padding") }
        return message
    }

    private static func body(of request: HTTPRequest) throws(Refusal) -> [UInt8] {
        // Without a type it is taken for what it is sent for.
        if let type = request.value(of: "content-type") {
            let name = type.prefix { $0 != ";" && $0 != " " && $0 != "\t" }
            guard name.lowercased() == mediaType else {
                throw Refusal(415, "the type of the body must be \(mediaType)")
            }
        }
        guard request.body.count <= Limits.messageOctetsMax else {
            throw Refusal(413, "the message has more than \(Limits.messageOctetsMax) octets")
        }
        return request.body
    }

    /// Reads `%2D` and the like (RFC 3986 §2.1); nil if what follows a percent sign is no number.
    private static func unescape(_ text: Substring) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var octets: [UInt8] = []
        var rest = text.utf8[...]
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "%") else {
                octets.append(octet)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit),
                let low = rest.popFirst().flatMap(digit)
            else { return nil }
            octets.append(high << 4 | low)
        }
        return String(decoding: octets, as: UTF8.self)
    }

    private static func digit(_ octet: UInt8) -> UInt8? {
        Character(UnicodeScalar(octet)).hexDigitValue.map { UInt8($0) }
    }
}
