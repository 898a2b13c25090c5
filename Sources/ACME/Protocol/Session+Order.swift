internal import KubernetesModel
internal import NIOHTTP1

extension Session {
    /// Gets a certificate for a name (RFC 8555 §7.4): order, proof, request, download.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - key: The certificate's key.
    ///   - board: Where the texts are put that the CA looks for.
    /// - Throws: ``ACMEError`` if the CA gives none.
    /// - Returns: The certificate and those that signed it, in PEM.
    mutating func obtain(
        _ name: ManagedName,
        key: SigningKey,
        board: ChallengeBoard
    ) async throws(ACMEError) -> [UInt8] {
        let identifier: Value = ["type": "dns", "value": .string(name.text)]
        let reply = try await post(
            directory.newOrder,
            ["identifiers": [identifier]],
            "an order for \(name)"
        )
        guard let location = reply.fields.first(name: "location") else {
            throw .malformed(directory.newOrder, "the reply names no order")
        }
        let place = try url.sibling(location)
        var order = try Order(try Session.value(reply, place), place)
        if order.status == .pending {
            for authorization in order.authorizations {
                try await prove(name, at: authorization, board)
            }
            order = try await wait(for: place, name) { $0 != .pending }
        }
        if order.status == .ready {
            let request = try key.request(for: name.text)
            let csr: Fields = ["csr": .string(Base64URL.text(request))]
            _ = try await post(order.finalize, csr, "the request for \(name)")
            order = try await wait(for: place, name) { $0 == .valid || $0 == .invalid }
        }
        guard order.status == .valid, let certificate = order.certificate else {
            throw ACMEError(
                .refused,
                "\(url) gives no certificate for \(name)",
                problem: order.problem
            )
        }
        let chain = try await post(
            certificate,
            nil,
            "the certificate of \(name)",
            accepts: "application/pem-certificate-chain"
        )
        return chain.body
    }

    /// Shows the CA that a name is ours (RFC 8555 §7.5.1): puts the text where it looks for it, and
    /// waits for what it says.
    private mutating func prove(
        _ name: ManagedName,
        at url: HTTPURL,
        _ board: ChallengeBoard
    ) async throws(ACMEError) {
        let subject = "the authorization for \(name)"
        var authorization = try Authorization(try await read(url, subject).value, url)
        // It may be valid from an order before.
        if authorization.status == .valid { return }
        guard authorization.name == name.base else {
            throw .malformed(url, "the authorization is for \"\(authorization.name.prefix(253))\"")
        }
        guard authorization.status == .pending, let challenge = authorization.challenge else {
            throw ACMEError(
                .refused,
                "\(url): \(name) can't be proven by a record in the DNS (dns-01)",
                problem: authorization.challenge?.problem
            )
        }
        let text = key.challengeText(challenge.token)
        board.publish(text, at: name.challengeName)
        defer { board.withdraw(text, at: name.challengeName) }
        _ = try await post(challenge.url, [:], "the challenge for \(name)")
        var pauses = Pauses()
        while true {
            let (value, retryAfter) = try await read(url, subject)
            authorization = try Authorization(value, url)
            if authorization.status == .valid { return }
            guard authorization.status == .pending else { break }
            try await pauses.next(retryAfter, subject)
        }
        throw ACMEError(
            .challengeFailed,
            "\(self.url) doesn't find that \(name) is ours",
            mend: "the name's zone must be delegated to this server, so that the CA finds the TXT"
                + " record of \(name.challengeName) here, on port 53",
            problem: authorization.challenge?.problem
        )
    }

    private mutating func wait(
        for place: HTTPURL,
        _ name: ManagedName,
        until isDone: (Order.Status) -> Bool
    ) async throws(ACMEError) -> Order {
        var pauses = Pauses()
        let subject = "the order for \(name)"
        while true {
            let (value, retryAfter) = try await read(place, subject)
            let order = try Order(value, place)
            if isDone(order.status) { return order }
            try await pauses.next(retryAfter, subject)
        }
    }
}

/// The pauses between two looks at what the CA has not decided: as long as it says, else ever
/// longer, and not without end.
struct Pauses {
    private let clock = ContinuousClock()
    private let end: ContinuousClock.Instant
    private var seconds = Limits.lookSeconds.lowerBound

    init() {
        end = clock.now + .seconds(Limits.decisionSeconds)
    }

    /// Waits.
    ///
    /// - Throws: ``ACMEError`` if the time for the decision is over.
    mutating func next(_ retryAfter: Int?, _ subject: String) async throws(ACMEError) {
        let range = Limits.lookSeconds
        let pause = min(max(retryAfter ?? seconds, range.lowerBound), range.upperBound)
        seconds = min(seconds * 2, range.upperBound)
        guard clock.now + .seconds(pause) < end else {
            throw ACMEError(
                .timedOut,
                "the CA has not decided on \(subject) within \(Limits.decisionSeconds) s"
            )
        }
        do {
            try await clock.sleep(for: .seconds(pause))
        } catch {
            throw .cancelled
        }
    }
}
