import Addresses
import DNSWire
import Metrics
import Plugins
import Testing

@Suite("The plugin prometheus")
struct PrometheusTests {
    private static let way = "server=\"dns://:53\",view=\"\",zone=\"example.test.\""

    /// A block whose queries are counted.
    private static func counted(_ directives: String = "prometheus\nwhoami") throws -> ChainFixture
    {
        let fixture = try ChainFixture(directives)
        let counters = RequestCounters(
            fixture.services.metrics,
            server: "dns://:53",
            zone: "example.test.",
            view: "",
            plugins: fixture.chain.plugins.map(\.name)
        )
        let zone = try #require(Name("example.test"))
        fixture.route = RouteInfo(zone: zone, server: "dns://:53", counters: counters)
        return fixture
    }

    /// The rows of a family that aren't zero, without the labels of the way and the name's prefix.
    private static func rows(_ fixture: ChainFixture, _ family: String) -> [String] {
        let way = Set(way.split(separator: ","))
        return fixture.metrics.filter { $0.hasPrefix("coredns_\(family)") && !$0.hasSuffix(" 0") }
            .map { line in
                let parts = line.dropFirst("coredns_".count).split(separator: "{")
                let rest = parts[1].split(separator: "}")
                let labels = rest[0].split(separator: ",").filter { !way.contains($0) }
                return "\(parts[0]){\(labels.joined(separator: ","))}\(rest[1])"
            }
    }

    @Test func `a query is counted by type, transport and family`() throws {
        let fixture = try Self.counted()
        _ = try fixture.ask("a.example.test")
        _ = try fixture.ask("b.example.test")
        _ = try fixture.ask("a.example.test", .aaaa, transport: .tcp)
        let v6 = IPAddress(ipv6High: 0, low: 1)
        _ = try fixture.ask("a.example.test", RecordType(rawValue: 4_711), client: v6)
        #expect(
            Set(Self.rows(fixture, "dns_requests_total")) == [
                "dns_requests_total{family=\"1\",proto=\"udp\",type=\"A\"} 2",
                "dns_requests_total{family=\"1\",proto=\"tcp\",type=\"AAAA\"} 1",
                "dns_requests_total{family=\"2\",proto=\"udp\",type=\"other\"} 1",
            ]
        )
    }

    static let types: [(UInt16, String)] = [
        (1, "A"), (28, "AAAA"), (5, "CNAME"), (48, "DNSKEY"), (43, "DS"), (15, "MX"), (47, "NSEC"),
        (50, "NSEC3"), (2, "NS"), (12, "PTR"), (46, "RRSIG"), (6, "SOA"), (33, "SRV"), (16, "TXT"),
        (65, "HTTPS"), (64, "SVCB"), (255, "ANY"), (13, "other"), (0, "other"), (65_535, "other"),
    ]

    @Test(arguments: types)
    func `types have the names of CoreDNS`(_ type: UInt16, _ name: String) throws {
        let fixture = try Self.counted()
        _ = try fixture.ask("example.test", RecordType(rawValue: type))
        #expect(
            Self.rows(fixture, "dns_requests_total").first?.contains("type=\"\(name)\"") == true
        )
    }

    @Test(arguments: [
        ("whoami", "rcode=\"NOERROR\"", "plugin=\"whoami\""),
        ("acl {\n block\n}\nwhoami", "rcode=\"REFUSED\"", "plugin=\"acl\""),
        ("", "rcode=\"REFUSED\"", "plugin=\"prometheus\""),
    ])
    func `replies are counted by code and plugin`(
        _ directives: String,
        _ code: String,
        _ plugin: String
    ) throws {
        let fixture = try Self.counted("prometheus\n\(directives)")
        _ = try fixture.ask("a.example.test")
        #expect(
            Self.rows(fixture, "dns_responses_total") == [
                "dns_responses_total{\(plugin),\(code)} 1"
            ]
        )
    }

    @Test func `sizes are those of the messages`() throws {
        let fixture = try Self.counted()
        let edns = EDNS()
        let reply = try fixture.ask("a.example.test", edns: edns)
        let request = 12 + 16 + 4 + 11
        #expect(
            Self.rows(fixture, "dns_request_size_bytes_sum") == [
                "dns_request_size_bytes_sum{proto=\"udp\"} \(request)"
            ]
        )
        let size = try reply.message.encoded().count
        #expect(
            Self.rows(fixture, "dns_response_size_bytes_sum") == [
                "dns_response_size_bytes_sum{proto=\"udp\"} \(size)"
            ]
        )
    }

    @Test func `queries with the DO bit are counted`() throws {
        let fixture = try Self.counted()
        _ = try fixture.ask("a.example.test")
        #expect(Self.rows(fixture, "dns_do_requests_total") == [])
        _ = try fixture.ask("a.example.test", edns: EDNS(isDNSSECOK: true))
        #expect(Self.rows(fixture, "dns_do_requests_total") == ["dns_do_requests_total{} 1"])
    }

    @Test func `buckets are those of CoreDNS`() throws {
        let fixture = try Self.counted()
        _ = try fixture.ask("a.example.test", time: 1)
        func bounds(_ family: String) -> [String] {
            fixture.metrics.filter { $0.hasPrefix("coredns_dns_\(family)_bucket") }.compactMap {
                $0.split(separator: "le=\"").last?.split(separator: "\"").first.map(String.init)
            }
        }
        #expect(
            bounds("request_duration_seconds") == [
                "0.00025", "0.0005", "0.001", "0.002", "0.004", "0.008", "0.016", "0.032", "0.064",
                "0.128", "0.256", "0.512", "1.024", "2.048", "4.096", "8.192", "+Inf",
            ]
        )
        for family in ["request_size_bytes", "response_size_bytes"] {
            #expect(
                bounds(family) == [
                    "0", "100", "200", "300", "400", "511", "1023", "2047", "4095", "8291", "16000",
                    "32000", "48000", "64000", "+Inf",
                ]
            )
        }
    }

    @Test func `without the directive nothing is counted`() throws {
        let fixture = try Self.counted("whoami")
        _ = try fixture.ask("a.example.test")
        #expect(Self.rows(fixture, "dns_requests_total") == [])
    }

    @Test func `asking for whatever comes to mind makes no new rows`() throws {
        let fixture = try Self.counted()
        for type in 256..<1_256 {
            _ = try fixture.ask("n\(type).example.test", RecordType(rawValue: UInt16(type)))
        }
        #expect(
            Self.rows(fixture, "dns_requests_total") == [
                "dns_requests_total{family=\"1\",proto=\"udp\",type=\"other\"} 1000"
            ]
        )
    }

    @Test(
        arguments: [
            ("prometheus", "127.0.0.1", 9153), ("prometheus :9153", nil, 9153),
            ("prometheus 192.0.2.1:1 {\n runtime_metrics\n}", "192.0.2.1", 1),
        ] as [(String, String?, UInt16)]
    )
    func `metrics are served where the directive says`(
        _ directive: String,
        _ address: String?,
        _ port: UInt16
    ) throws {
        let fixture = try ChainFixture(directive)
        let endpoint = try #require(fixture.context.settings.endpoints.first)
        #expect(endpoint.address == address.flatMap { IPAddress($0) })
        #expect(endpoint.port == port && endpoint.path == "/metrics")
        let reply = endpoint.respond(EndpointState(notReady: [], isEnding: false))
        #expect(reply.status == 200 && reply.contentType == MetricsRegistry.contentType)
        #expect(String(decoding: reply.body, as: UTF8.self).contains("# TYPE "))
    }

    @Test(
        "a mistake is named with its mend",
        arguments: [
            (
                "prometheus localhost",
                "Corefile:2: prometheus: 'localhost' is no address with a port: write localhost:9153"
            ),
            ("prometheus :1 :2", "Corefile:2: unexpected ':2' after ':1': delete it"),
            (
                "prometheus {\n go\n}",
                "Corefile:3: unknown property 'go' of 'prometheus': use runtime_metrics, tls"
            ),
            (
                "prometheus\nprometheus",
                "Corefile:3: prometheus: this plugin can only be used once per Server Block: merge its"
                    + " options into the first one"
            ),
            (
                "prometheus {\n tls /none/web.yaml\n}",
                "Corefile:3: prometheus: tls: /none/web.yaml: /none/web.yaml: No such file or"
                    + " directory: name a file that can be read"
            ),
        ]
    )
    func mistake(_ directives: String, _ expected: String) {
        expectMistake(directives, expected)
    }
}
