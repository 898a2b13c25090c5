extension PluginDirective {
    static let tlsManual = PluginManual(
        name: "tls",
        summary: "Names the certificates of `tls://` and `https://` server blocks, or gets them.",
        syntax: "tls [CERT KEY [CA]]",
        details: [
            """
            `CERT` and `KEY` are PEM files; `CA` holds the authorities of clients' \
            certificates. The files are read again when they change; connections keep what \
            they began with. TLS 1.2 is the least that is spoken.
            """,
            """
            With `acme`, no file is named: certificates are got from a certificate authority \
            (RFC 8555) and renewed when two thirds of their time are over, each name with one \
            of its own. The server proves that a name is its own by a TXT record of \
            `_acme-challenge.NAME`, which every server block answers while the CA looks for \
            it, before its other plugins do. So the zone must be delegated to this server, a \
            `dns://` block must take the name, and port 53 must reach it. Of several replicas, \
            the one that orders must be the one that the CA asks.
            """,
            """
            The start doesn't wait for certificates, and `ready` has no opinion on them: the \
            CA must reach the server before there is one. Until then, handshakes that ask for \
            the name fail, and the log says why; so do, always, those that ask for a name that \
            isn't there. A client that asks for no name gets the certificate of the first. \
            After a failure the next attempt comes after a minute, then after ever longer \
            times up to six hours.
            """,
            """
            Keys, certificates and the account are in `storage`, readable by the server's user \
            only. They are used after a restart: keep the directory. Servers may share it.
            """,
        ],
        options: [
            .init(
                "client_auth nocert|request|require|verify_if_given|require_and_verify",
                "What is wanted of clients.",
                standard: "nocert"
            ),
            .init("keylog FILE", "Append the secrets of connections to a file, for a debugger."),
            .init("acme DOMAIN...", "Get certificates for names; `*.example.org` is one, too."),
            .init("email ADDRESS", "Where the CA may write to."),
            .init(
                "ca URL",
                "The CA's directory. Its terms of service are agreed to.",
                standard: "that of Let's Encrypt"
            ),
            .init(
                "storage DIRECTORY",
                "Where accounts, keys and certificates are kept.",
                standard: ".coredns/acme"
            ),
            .init("ca_root FILE", "Authorities to trust, beside the system's, when asking the CA."),
            .init(
                "resolver HOST:PORT",
                "The server that knows the CA's address.",
                standard: "the system's"
            ),
        ],
        differences: [
            "What CoreDNS has stored is not read: files lie otherwise in `storage`.",
            "Names with other letters than those of ASCII are written as `xn--`.",
        ],
        example: """
            example.org {
                file db.example.org
            }
            tls://example.org {
                tls {
                    acme dns.example.org
                    email hostmaster@example.org
                }
                file db.example.org
            }
            """
    )
}
