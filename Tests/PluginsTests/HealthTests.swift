import Addresses
import Plugins
import Testing

@Suite("The plugin health")
struct HealthTests {
    @Test(
        arguments: [
            ("health", nil, 8080), ("health :8088", nil, 8088),
            ("health localhost:80", "127.0.0.1", 80),
            ("health 127.0.0.2:81", "127.0.0.2", 81), ("health [::1]:82", "::1", 82),
        ] as [(String, String?, UInt16)]
    )
    func `the endpoint is where the directive says`(
        _ directive: String,
        _ address: String?,
        _ port: UInt16
    ) throws {
        let endpoint = try #require(try ChainFixture(directive).context.settings.endpoints.first)
        #expect(endpoint.address == address.flatMap { IPAddress($0) })
        #expect(endpoint.port == port)
        #expect(endpoint.path == "/health")
        #expect(!endpoint.closesFirst)
        for isEnding in [false, true] {
            let state = EndpointState(notReady: ["kubernetes"], isEnding: isEnding)
            #expect(endpoint.respond(state) == EndpointReply(body: Array("OK".utf8)))
        }
    }

    @Test(
        arguments: [
            ("health", .zero), ("health {\n lameduck 5s\n}", .seconds(5)),
            ("health :8080 {\n lameduck 1m500ms\n}", .milliseconds(60_500)),
        ] as [(String, Duration)]
    )
    func `queries are answered while clients turn elsewhere`(
        _ directive: String,
        _ expected: Duration
    ) throws {
        #expect(try ChainFixture(directive).context.settings.lameduck == expected)
    }

    @Test(
        "a mistake is named with its mend",
        arguments: [
            ("health :8080 :8081", "Corefile:2: unexpected ':8081' after ':8080': delete it"),
            (
                "health nowhere:80",
                "Corefile:2: health: 'nowhere:80' does not begin with an IP address: write :8080"
            ),
            ("health 8080", "Corefile:2: health: '8080' is no address with a port: write :8080"),
            (
                "health {\n lameduck\n}",
                "Corefile:3: 'lameduck' needs an argument: write a duration such as 5s after it"
            ),
            (
                "health {\n lameduck 5\n}",
                "Corefile:3: health: lameduck: '5' is not a duration: write a number with a unit, such"
                    + " as 500ms, 5s or 1m30s"
            ),
            (
                "health {\n lame 5s\n}",
                "Corefile:3: unknown property 'lame' of 'health': use lameduck"
            ),
            (
                "health\nhealth",
                "Corefile:3: health: this plugin can only be used once per Server Block: merge its"
                    + " options into the first one"
            ),
        ]
    )
    func mistake(_ directives: String, _ expected: String) {
        expectMistake(directives, expected)
    }

    @Test func `the process asks itself, and counts what it hears`() throws {
        let server = try OneShotServer([
            "HTTP/1.1 200 OK\r\n\r\nOK", "HTTP/1.1 503 Service Unavailable\r\n\r\n", "", "",
        ])
        let fixture = try ChainFixture("health 127.0.0.1:\(server.port)\nwhoami")
        let plugin = try #require(fixture.chain.plugins.first { $0.name == "health" })
        try plugin.start()
        // The fourth request comes when the third is counted.
        #expect(server.wait())
        plugin.stop()
        let metrics = fixture.metrics
        let count = metrics.compactMap {
            $0.hasPrefix("coredns_health_request_duration_seconds_count ")
                ? Int($0.split(separator: " ")[1]) : nil
        }
        #expect(count.contains { $0 == 3 || $0 == 4 }, "\(count)")
        let failures = metrics.compactMap {
            $0.hasPrefix("coredns_health_request_failures_total ")
                ? Int($0.split(separator: " ")[1]) : nil
        }
        #expect(failures.contains { $0 == 2 || $0 == 3 }, "\(failures)")
        #expect(metrics.contains { $0.contains("seconds_bucket{le=\"0.00025\"}") })
        let url = "http://127.0.0.1:\(server.port)/health"
        let warning = "[WARNING] plugin/health: Local health request to \"\(url)\" failed: "
        #expect(
            try fixture.log().prefix(2) == [
                warning + "the reply is not 200 OK", warning + "the reply is not 200 OK",
            ]
        )
    }

    @Test func `queries pass by`() throws {
        let reply = try ChainFixture("health\nwhoami").ask("www.example.test")
        #expect(reply.additionals.count == 2)
    }
}
