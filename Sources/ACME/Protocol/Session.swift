internal import KubernetesModel
internal import NIOHTTP1

/// A conversation with a CA by one account (RFC 8555 §7): directory, nonces, signed requests.
struct Session {
    let client: HTTPClient
    /// Where the CA's directory is.
    let url: HTTPURL
    /// The account's key.
    let key: SigningKey
    private(set) var directory: Directory
    /// The account; nil until there is one.
    private var account: String?
    /// The nonce that the next request may use.
    private var nonce: String?

    /// Reads the CA's directory.
    init(_ client: HTTPClient, _ url: HTTPURL, key: SigningKey) async throws(ACMEError) {
        self.client = client
        self.url = url
        self.key = key
        let reply = try await client.send(CARequest(method: .GET, url: url))
        guard reply.status == 200 else {
            throw Session.refusal(reply, url, "the directory")
        }
        directory = try Directory(try Session.value(reply, url), url)
    }

    /// Makes the account, or finds the one that the key has already (RFC 8555 §7.3, §7.3.1), and
    /// tells it the address that the CA may write to.
    mutating func enter(contact email: String?) async throws(ACMEError) {
        guard !directory.wantsExternalAccount else {
            throw ACMEError(
                .configuration,
                "\(url): the CA takes only accounts that were made elsewhere (RFC 8555 §7.3.4)",
                mend: "name another CA; external account bindings can't be given here"
            )
        }
        let contact: [Value] = email.map { [.string("mailto:\($0)")] } ?? []
        var payload: Fields = ["termsOfServiceAgreed": true]
        if !contact.isEmpty { payload["contact"] = .array(contact) }
        let reply = try await post(directory.newAccount, payload, "the account")
        guard let location = reply.fields.first(name: "location") else {
            throw .malformed(directory.newAccount, "the reply names no account")
        }
        let place = try url.sibling(location)
        account = place.description
        // An account that was there keeps its contacts until it is told others.
        let known = JSONText.read(reply.body)?["contact"]?.array
        if reply.status == 200, !contact.isEmpty, known != contact {
            _ = try await post(place, ["contact": .array(contact)], "the account")
        }
    }

    /// Sends a signed request; without a payload, one that only reads (RFC 8555 §6.3).
    ///
    /// A nonce that the CA doesn't know is no failure: the request goes out again with the one that
    /// came with the refusal (RFC 8555 §6.5).
    mutating func post(
        _ url: HTTPURL,
        _ payload: Fields?,
        _ subject: String,
        accepts: String = ""
    ) async throws(ACMEError) -> CAReply {
        var tries = 0
        while true {
            tries += 1
            var header: Fields = ["alg": "ES256"]
            if let account { header["kid"] = .string(account) } else { header["jwk"] = jwk }
            header["nonce"] = .string(try await takeNonce())
            header["url"] = .string("\(url)")
            let body = try SignedMessage.octets(
                protected: header,
                payload: payload.map { JSONWriter.compactOctets($0) } ?? [],
                by: key
            )
            let request = CARequest(method: .POST, url: url, accepts: accepts, body: body)
            let reply = try await client.send(request)
            nonce = reply.nonce
            if (200..<300).contains(reply.status) { return reply }
            let error = Session.refusal(reply, url, subject)
            guard error.problem?.isBadNonce == true, tries < Limits.nonceTriesMax else {
                throw error
            }
        }
    }

    /// Reads a resource.
    mutating func read(
        _ url: HTTPURL,
        _ subject: String
    ) async throws(ACMEError) -> (value: Value, retryAfter: Int?) {
        let reply = try await post(url, nil, subject)
        return (try Session.value(reply, url), reply.retryAfter)
    }

    private var jwk: Value { .object(key.jwk) }

    /// A nonce, asked for if none came with the last reply (RFC 8555 §7.2).
    private mutating func takeNonce() async throws(ACMEError) -> String {
        if let kept = nonce {
            nonce = nil
            return kept
        }
        let place = directory.newNonce
        let reply = try await client.send(CARequest(method: .HEAD, url: place))
        guard (200..<300).contains(reply.status), let fresh = reply.nonce else {
            throw .malformed(place, "no nonce came (status \(reply.status))")
        }
        return fresh
    }

    static func value(_ reply: CAReply, _ url: HTTPURL) throws(ACMEError) -> Value {
        guard let value = JSONText.read(reply.body), value.object != nil else {
            throw .malformed(url, "the reply is no JSON object")
        }
        return value
    }

    private static func refusal(
        _ reply: CAReply,
        _ url: HTTPURL,
        _ subject: String
    ) -> ACMEError {
        ACMEError(
            .refused,
            "\(url) refuses \(subject) (status \(reply.status))",
            problem: Problem(reading: reply.body),
            retryAfter: reply.retryAfter
        )
    }
}
