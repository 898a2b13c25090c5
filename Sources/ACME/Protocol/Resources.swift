internal import KubernetesModel

/// Where a CA takes requests (RFC 8555 §7.1.1).
struct Directory: Sendable, Hashable {
    var newNonce: HTTPURL
    var newAccount: HTTPURL
    var newOrder: HTTPURL
    /// Whether accounts are bound to others, made elsewhere (RFC 8555 §7.3.4).
    var wantsExternalAccount: Bool

    init(_ value: Value, _ url: HTTPURL) throws(ACMEError) {
        newNonce = try value.url("newNonce", url)
        newAccount = try value.url("newAccount", url)
        newOrder = try value.url("newOrder", url)
        wantsExternalAccount = value["meta"]?["externalAccountRequired"]?.bool ?? false
    }
}

/// An order for a certificate (RFC 8555 §7.1.3).
struct Order: Sendable, Hashable {
    /// How far it is (RFC 8555 §7.1.6).
    enum Status: String, Sendable {
        case pending, ready, processing, valid, invalid
    }

    var status: Status
    var authorizations: [HTTPURL]
    var finalize: HTTPURL
    /// Where the certificate is, once there is one.
    var certificate: HTTPURL?
    /// Why there will be none.
    var problem: Problem?

    init(_ value: Value, _ url: HTTPURL) throws(ACMEError) {
        guard let status = Status(rawValue: try value.text("status", url)) else {
            throw .malformed(url, "the order has a status that RFC 8555 doesn't know")
        }
        let list = value["authorizations"]?.array ?? []
        guard list.count <= Limits.authorizationsMax else {
            throw .malformed(url, "the order has \(list.count) authorizations for one name")
        }
        self.status = status
        authorizations = []
        for entry in list { authorizations.append(try url.sibling(entry.string ?? "")) }
        finalize = try value.url("finalize", url)
        certificate = value["certificate"] == nil ? nil : try value.url("certificate", url)
        problem = value["error"].map(Problem.init)
    }
}

/// What a CA wants to see before it believes that a name is ours (RFC 8555 §7.1.4).
struct Authorization: Sendable, Hashable {
    /// How far it is (RFC 8555 §7.1.6).
    enum Status: String, Sendable {
        case pending, valid, invalid, deactivated, expired, revoked
    }

    /// A way to show it by a record in the DNS (RFC 8555 §8.4).
    struct Challenge: Sendable, Hashable {
        var url: HTTPURL
        var token: String
        /// Why it failed.
        var problem: Problem?
    }

    var status: Status
    /// The name, without the `*.` of a wildcard.
    var name: String
    /// The challenge `dns-01`; nil if the CA offers none.
    var challenge: Challenge?

    init(_ value: Value, _ url: HTTPURL) throws(ACMEError) {
        guard let status = Status(rawValue: try value.text("status", url)) else {
            throw .malformed(url, "the authorization has a status that RFC 8555 doesn't know")
        }
        guard let identifier = value["identifier"] else {
            throw .malformed(url, "the authorization has no \"identifier\"")
        }
        self.status = status
        name = try identifier.text("value", url).lowercased()
        let challenges = value["challenges"]?.array ?? []
        guard challenges.count <= Limits.challengesMax else {
            throw .malformed(url, "the authorization has \(challenges.count) challenges")
        }
        guard let found = challenges.first(where: { $0["type"]?.string == "dns-01" }) else {
            return
        }
        let token = try found.text("token", url)
        // Anything else could not have been meant, and would be signed all the same.
        guard Base64URL.isText(token) else {
            throw .malformed(url, "the challenge's token is not of base64url")
        }
        challenge = Challenge(
            url: try found.url("url", url),
            token: token,
            problem: found["error"].map(Problem.init)
        )
    }
}
