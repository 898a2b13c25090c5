import Testing

/// Zones that `ldns-signzone` signed with NSEC3, looked at by `delv`, which validates the answers.
@Suite("RFC 5155 §7.2: denials with hashed names")
struct HashedZoneTests {
    private static let zone = """
        $ORIGIN example.test.
        $TTL 60
        @ SOA ns h 1 2 3 4 30
        @ NS ns
        ns A 192.0.2.53
        a.b A 192.0.2.2
        *.wild A 192.0.2.7
        *.alias CNAME www
        cut NS ns.cut
        ns.cut A 192.0.2.54
        deep.hole NS ns.cut
        www A 192.0.2.1

        """

    /// What is asked, and what delv says of it.
    private static let cases = [
        ("www.example.test A", "; fully validated", "192.0.2.1"),
        ("www.example.test TXT", "; negative response, fully validated", "NXRRSET"),
        ("b.example.test A", "; negative response, fully validated", "NXRRSET"),
        ("none.example.test A", "; negative response, fully validated", "NXDOMAIN"),
        ("x.none.b.example.test A", "; negative response, fully validated", "NXDOMAIN"),
        ("x.wild.example.test A", "; fully validated", "192.0.2.7"),
        ("x.y.wild.example.test A", "; fully validated", "192.0.2.7"),
        ("x.wild.example.test TXT", "; negative response, fully validated", "NXRRSET"),
        ("x.alias.example.test A", "; fully validated", "192.0.2.1"),
        ("wild.example.test A", "; negative response, fully validated", "NXRRSET"),
        ("example.test MX", "; negative response, fully validated", "NXRRSET"),
        ("cut.example.test DS", "; negative response, fully validated", "NXRRSET"),
        ("deep.hole.example.test DS", "; negative response, fully validated", "NXRRSET"),
    ]

    /// Signs the zone, and returns the trust anchor for delv.
    private func sign(_ site: Site, _ options: [String]) throws -> String {
        try site.write("zone", Self.zone)
        let script = """
            cd '\(site.directory)'
            zsk=$(ldns-keygen -a ECDSAP256SHA256 example.test)
            ksk=$(ldns-keygen -k -a ECDSAP256SHA256 example.test)
            ldns-signzone -n \(options.joined(separator: " ")) -f signed zone $zsk $ksk
            # The public key is the last word but the comment.
            key=$(sed 's/;.*//; s/.*257 3 13//' $ksk.key | tr -d '[:space:]')
            echo "trust-anchors { example.test. static-key 257 3 13 \\"$key\\"; };" > anchors
            """
        let outcome = try site.run(["sh", "-e", "-c", script])
        try #require(outcome.status == 0, "\(outcome.errors)")
        return "\(site.directory)/anchors"
    }

    @Test(arguments: [["-t 1 -s abcd"], ["-t 0"], ["-t 3", "-p"]])
    func `a validator accepts every answer`(_ options: [String]) throws {
        let site = try Site()
        let anchors = try sign(site, options)
        let corefile = "example.test {\n    file \(site.directory)/signed\n}\n"
        let server = try site.serve("--config", try site.write("Corefile", corefile))
        for (question, verdict, said) in Self.cases {
            let outcome = try site.run(
                ["delv", "@127.0.0.1", "-p", server.port, "-a", anchors, "+root=example.test"]
                    + question.split(separator: " ").map(String.init)
            )
            let text = outcome.output + outcome.errors
            // With opt-out a name that is denied may be one that is not signed (RFC 5155 §9.2).
            let isAccepted =
                options.contains("-p")
                ? !text.contains("broken trust chain") && !text.contains("proof failed")
                : text.contains(verdict)
            #expect(isAccepted && text.contains(said), "\(question): \(text)")
        }
        // A hashed name is not to be found by its name.
        let hashed = try site.run([
            "sh", "-c", "grep -o '^[^[:space:]]*' '\(site.directory)/signed'",
        ])
        let owner = try #require(
            hashed.output.split(separator: "\n").first { $0.prefix { $0 != "." }.count == 32 }
        )
        #expect(try server.dig(String(owner), "NSEC3").contains("status: NXDOMAIN"))
        try server.stop()
    }

    @Test func `a zone with hashed names is transferred whole`() throws {
        let site = try Site()
        _ = try sign(site, ["-t 1"])
        let corefile = """
            example.test {
                file \(site.directory)/signed
                transfer {
                    to *
                }
            }

            """
        let server = try site.serve("--config", try site.write("Corefile", corefile))
        try site.write("copy", try server.dig("example.test", "AXFR", "+nocomments"))
        let outcome = try site.run(["ldns-verify-zone", "\(site.directory)/copy"])
        #expect(outcome.output + outcome.errors == "Zone is verified and complete\n")
        try server.stop()
    }
}
