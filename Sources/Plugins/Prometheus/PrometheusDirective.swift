internal import Addresses
internal import Corefile
internal import Metrics
internal import SecureTransport

extension PluginDirective {
    /// `prometheus [ADDRESS] { runtime_metrics }`: metrics over HTTP.
    static let prometheus = PluginDirective(
        name: "prometheus",
        manual: prometheusManual,
        make: makePrometheus
    )

    private static let prometheusManual = PluginManual(
        name: "prometheus",
        summary: "Counts queries and replies, and serves all metrics over HTTP.",
        syntax: "prometheus [ADDRESS]",
        details: [
            """
            `ADDRESS` is where `/metrics` is served, `localhost:9153` by default; `:9153` means \
            all \
            addresses. Server blocks that name the same address share it. Only queries of blocks \
            with this directive are counted.
            """,
            """
            Each worker counts in memory of its own; a scrape sums it up. Types other than A, \
            AAAA, \
            CNAME, DNSKEY, DS, MX, NSEC, NSEC3, NS, PTR, RRSIG, SOA, SRV, TXT, HTTPS, SVCB, IXFR, \
            AXFR and ANY count as `other`, so that nobody can make new rows by asking.
            """,
        ],
        options: [
            .init("runtime_metrics", "Accepted: the metrics of the process are always served."),
            .init(
                "tls FILE",
                """
                Serves over HTTPS, as a file says that Prometheus' exporters read too: \
                `tls_server_config` with `cert_file`, `key_file`, `client_auth_type` and \
                `client_ca_file`. Certificates are read again when they change.
                """
            ),
        ],
        metrics: [
            ("coredns_build_info{version,revision,goversion}", "1; the labels tell the version"),
            (
                "coredns_dns_requests_total{server,zone,view,proto,family,type}",
                "queries; `family` is 1 for IPv4 and 2 for IPv6"
            ),
            (
                "coredns_dns_request_duration_seconds{server,zone,view}",
                "the time from a query's arrival to its reply"
            ),
            ("coredns_dns_request_size_bytes{server,zone,view,proto}", "octets of queries"),
            ("coredns_dns_response_size_bytes{server,zone,view,proto}", "octets of replies"),
            ("coredns_dns_do_requests_total{server,zone,view}", "queries with the DO bit"),
            (
                "coredns_dns_responses_total{server,zone,view,rcode,plugin}",
                "replies; `plugin` is the one that was reached last"
            ),
            ("coredns_plugin_enabled{server,zone,view,name}", "1 for each plugin of a block"),
            ("coredns_panics_total", "0: there are no panics to recover from"),
            (
                "martlet_udp_receive_drops_total{server}",
                "datagrams that the kernel dropped because a queue was full"
            ),
        ],
        differences: [
            """
            Of the file of `tls`, users with passwords, headers, limits and the choice of ciphers \
            are not there yet: such a file is refused.
            """,
            "Histograms have classic buckets only; native ones don't fit the text format.",
            """
            The label `plugin` of replies that the server itself writes, because no plugin did, \
            names the plugin that was reached last; CoreDNS leaves it empty.
            """,
            "Response codes above 23 count as `other`.",
        ],
        example: """
            . {
                prometheus :9153
                forward . /etc/resolv.conf
            }
            """
    )

    private static func readTLS(
        _ cursor: inout DirectiveCursor,
        _ context: BlockContext
    ) throws(CorefileError) -> ServerTLSSettings? {
        let path = context.path(try cursor.onlyArgument())
        do throws(WebConfigurationError) {
            return try WebConfiguration(path: path).tls
        } catch {
            throw cursor.error("prometheus: tls: \(path): \(error.message)", mend: error.mend)
        }
    }

    private static func makePrometheus(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        var cursor = directives[0].cursor()
        let current = context
        var tls: ServerTLSSettings?
        let place = try EndpointAddress(&cursor, standard: "localhost:9153")
        try cursor.readOptions { option, cursor in
            switch option {
            case "runtime_metrics": try cursor.noMoreArguments()
            case "tls": tls = try readTLS(&cursor, current)
            default: throw cursor.unknownOption(known: prometheusManual.optionNames)
            }
        }
        context.settings.countsRequests = true
        let metrics = context.services.metrics
        context.settings.endpoints.append(
            EndpointRequest(
                directive: "prometheus",
                address: place.address,
                port: place.port,
                path: "/metrics",
                tls: tls
            ) { _ in
                EndpointReply(contentType: MetricsRegistry.contentType, body: metrics.write())
            }
        )
        return PrometheusPlugin()
    }
}
