import Addresses
import Corefile
import DNSWire
import Testing
import Upstreams

@testable import Plugins

@Suite("The plugin forward: what its stanzas say")
struct ForwardSetupTests {
    /// The stanzas of a block.
    private func rules(_ directives: String, directory: String = "") throws -> [ForwardRule] {
        let fixture = try ChainFixture(directives, zones: ".", directory: directory)
        return fixture.chain.plugins.compactMap { $0 as? ForwardPlugin }.flatMap(\.rules)
    }

    private func upstreams(_ to: String, _ options: String = "") throws -> [String] {
        try rules("forward . \(to) {\n\(options)\n}").flatMap(\.upstreams.endpoints).map {
            let name = $0.serverName.map { " \($0)" } ?? ""
            return "\($0.scheme) \($0)\(name)"
        }
    }

    @Test(arguments: [
        ("192.0.2.1", ["dns 192.0.2.1:53"]),
        ("192.0.2.1:5353", ["dns 192.0.2.1:5353"]),
        ("dns://192.0.2.1", ["dns 192.0.2.1:53"]),
        ("2001:db8::1", ["dns [2001:db8::1]:53"]),
        ("[2001:db8::1]:54", ["dns [2001:db8::1]:54"]),
        ("tls://192.0.2.1", ["tls 192.0.2.1:853"]),
        ("tls://192.0.2.1%dns.example", ["tls 192.0.2.1:853 dns.example"]),
        ("tls://192.0.2.1%dns.example:8853", ["tls 192.0.2.1:8853 dns.example"]),
        ("tls://[2001:db8::1]%dns.example:8853", ["tls [2001:db8::1]:8853 dns.example"]),
        ("tls://[2001:db8::1%dns.example]:8853", ["tls [2001:db8::1]:8853 dns.example"]),
        ("https://192.0.2.1", ["https 192.0.2.1:443"]),
        ("https://192.0.2.1%dns.example:8443", ["https 192.0.2.1:8443 dns.example"]),
        ("192.0.2.1 192.0.2.2", ["dns 192.0.2.1:53", "dns 192.0.2.2:53"]),
        ("192.0.2.1 192.0.2.1:53 dns://192.0.2.1", ["dns 192.0.2.1:53"]),
        ("192.0.2.1 tls://192.0.2.1", ["dns 192.0.2.1:53", "tls 192.0.2.1:853"]),
    ])
    func `upstreams are addresses`(to: String, expected: [String]) throws {
        #expect(try upstreams(to) == expected)
    }

    @Test func `upstreams are the servers in a file`() throws {
        let file = try TemporaryFile(
            """
            # nameserver 192.0.2.9
            search example.org
            nameserver 192.0.2.1
            nameserver\t192.0.2.2
            nameserver fe80::1%eth0
            nameserver nonsense
            nameserver 192.0.2.1
            options ndots:5
            """
        )
        let expected = ["dns 192.0.2.1:53", "dns 192.0.2.2:53", "dns [fe80::1]:53"]
        #expect(try upstreams(file.path) == expected)
        // An empty file next to an address changes nothing.
        let empty = try TemporaryFile("search example.org\n")
        #expect(try upstreams("\(empty.path) 192.0.2.1") == ["dns 192.0.2.1:53"])
        let name = String(file.path.dropFirst("/tmp/".count))
        let found = try rules("forward . \(name)", directory: "/tmp").flatMap(\.upstreams.endpoints)
        #expect(found.count == 3)
    }

    @Test func `upstreams are hosts that a resolver knows`() throws {
        let server = try LoopbackServer { query in
            query.name != "dns.example."
                ? query.code(.nameError)
                : query.message.questions.first?.type == .a
                    ? query.answer(["192.0.2.7"])
                    : query.answer(["2001:db8::7"])
        }
        let resolver = "resolver \(server.text)"
        let expected = ["dns 192.0.2.7:5300", "dns [2001:db8::7]:5300"]
        #expect(try upstreams("dns.example:5300", resolver) == expected)
        let secure = ["tls 192.0.2.7:853 cert.example", "tls [2001:db8::7]:853 cert.example"]
        #expect(try upstreams("tls://dns.example%cert.example", resolver) == secure)
        #expect(throws: CorefileErrors.self) { try upstreams("none.example", resolver) }
    }

    @Test func `options become settings`() throws {
        let rule = try #require(
            rules(
                """
                forward Example.ORG 192.0.2.1 192.0.2.2 {
                    except a.example.org b.example.org
                    force_tcp
                    prefer_udp
                    expire 20s
                    max_age 1m
                    max_idle_conns 7
                    read_timeout 500ms
                    max_fails 5
                    max_connect_attempts 3
                    doh_method GET
                    tls_servername dns.example
                    policy round_robin
                    health_check 1s no_rec domain example.org
                    max_concurrent 1000
                    next NXDOMAIN REFUSED
                    next_on_nodata
                    failover ServFail
                    failfast_all_unhealthy_upstreams
                    source_address 127.0.0.1
                    hedge on
                    circuit_breaker off
                    randomize_case on
                    edns off
                    in_flight 77
                }
                """
            ).first
        )
        let settings = rule.upstreams.settings(try #require(rule.upstreams.endpoints.first))
        #expect(settings.forcesTCP && settings.prefersUDP)
        #expect(settings.expire == .seconds(20) && settings.maxAge == .seconds(60))
        #expect(settings.maxIdleConnections == 7 && settings.readTimeout == .milliseconds(500))
        #expect(settings.maxFails == 5 && settings.httpsMethod == .get)
        #expect(settings.serverName == "dns.example" && settings.policy == .roundRobin)
        #expect(settings.healthCheck.interval == .seconds(1))
        #expect(!settings.healthCheck.recursionDesired)
        #expect("\(settings.healthCheck.domain)" == "example.org.")
        #expect(settings.maxConcurrent == 1_000 && settings.failover == [.serverFailure])
        #expect(settings.failsFastWhenAllAreDown && settings.inFlightMax == 77)
        #expect(settings.sourceAddress == IPAddress("127.0.0.1"))
        #expect(!settings.breaksCircuits && settings.randomizesCase && !settings.addsEDNS)
        #expect(rule.passedOn == [3, 5] && rule.passesOnNoData)
        #expect("\(rule.from)".lowercased() == "example.org.")
    }

    @Test func `more than 15 upstreams are refused`() throws {
        let many = (1...15).map { "192.0.2.\($0)" }.joined(separator: " ")
        #expect(try upstreams(many).count == 15)
        #expect(throws: CorefileErrors.self) { try upstreams(many + " 192.0.2.16") }
    }

    @Test(arguments: [
        (
            "forward",
            "Corefile:2: 'forward' needs an argument: write FROM, such as . or example.org"
        ),
        ("forward .", "Corefile:2: forward: no upstream is named: write forward FROM TO..."),
        ("forward . quic://192.0.2.1", "'quic' is not supported as a destination protocol"),
        ("forward . grpc://192.0.2.1", "'grpc' is not supported as a destination protocol"),
        ("forward . /no/such/file", "not an IP address, a file or a host that can be found"),
        ("forward . 192.0.2.1:x", "not an IP address, a file or a host that can be found"),
        ("forward . 192.0.2.1 {\n nonsense\n}", "Corefile:3: "),
        ("forward . 192.0.2.1 {\n except\n}", "'except' needs a name"),
        ("forward . 192.0.2.1 {\n force_tcp x\n}", "unexpected 'x' after 'force_tcp'"),
        ("forward . 192.0.2.1 {\n expire x\n}", "'x' is not a duration"),
        ("forward . 192.0.2.1 {\n expire -1s\n}", "'-1s' is out of range"),
        (
            "forward . 192.0.2.1 {\n max_age 1s\n}",
            "max_age (1s) must not be less than expire (10s)"
        ),
        ("forward . 192.0.2.1 {\n max_fails -1\n}", "'-1' is out of range"),
        ("forward . 192.0.2.1 {\n max_concurrent x\n}", "'x' is not an integer"),
        ("forward . 192.0.2.1 {\n doh_method PUT\n}", "'PUT' is not known"),
        ("forward . 192.0.2.1 {\n tls a b c d\n}", "'tls' takes three files at most"),
        ("forward . 192.0.2.1 {\n policy best\n}", "'best' is not known"),
        ("forward . 192.0.2.1 {\n health_check\n}", "'health_check' needs an argument"),
        ("forward . 192.0.2.1 {\n health_check 1s x\n}", "'x' is not known"),
        ("forward . 192.0.2.1 {\n health_check 1s domain a..b\n}", "is not a domain name"),
        ("forward . 192.0.2.1 {\n next\n}", "'next' needs a response code"),
        ("forward . 192.0.2.1 {\n next NOPE\n}", "'NOPE' is not a response code"),
        ("forward . 192.0.2.1 {\n failover NOERROR\n}", "NOERROR cannot be used in failover"),
        ("forward . 192.0.2.1 {\n source_address x\n}", "'x' is not an IP address"),
        ("forward . 192.0.2.1 {\n resolver\n}", "'resolver' needs an argument"),
        ("forward . 192.0.2.1 {\n hedge maybe\n}", "is neither on nor off"),
        ("forward . 192.0.2.1 {\n in_flight 0\n}", "'0' is out of range"),
    ])
    func `mistakes are named`(directives: String, expected: String) throws {
        let errors = #expect(throws: CorefileErrors.self) { try ChainFixture(directives) }
        let text = "\(try #require(errors))"
        #expect(text.contains(expected), "\(text)")
        #expect(text.hasPrefix("Corefile:"))
    }

    @Test func `all mistakes of all stanzas are named`() throws {
        let errors = #expect(throws: CorefileErrors.self) {
            try ChainFixture("forward . 192.0.2.1 {\n policy x\n expire y\n}\nforward a")
        }
        #expect(try #require(errors).errors.compactMap(\.position?.line) == [3, 4, 6])
    }

    @Test func `a block of several zones counts as its first, with a warning`() throws {
        let fixture = try ChainFixture("forward 10.0.0.0/15 192.0.2.1", zones: ".")
        let rule = fixture.chain.plugins.compactMap { $0 as? ForwardPlugin }.first?.rules.first
        #expect(rule.map { "\($0.from)" } == "0.10.in-addr.arpa.")
        #expect(fixture.context.warnings.count == 1)
    }
}
