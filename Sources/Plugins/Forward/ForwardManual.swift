extension PluginDirective {
    /// What people read about `forward`.
    static let forwardManual = PluginManual(
        name: "forward",
        summary: "Asks upstream servers for names that nothing else here knows.",
        syntax: "forward FROM TO...",
        details: [
            """
            `FROM` is the zone whose names are forwarded. Each `TO` is an address with or without \
            a \
            port, `dns://`, `tls://ADDRESS[%SERVERNAME]` (DNS over TLS), `https://ADDRESS` (DNS \
            over HTTPS), a file with `nameserver` lines such as `/etc/resolv.conf`, or a host's \
            name, which is looked up once; 15 at most. Several stanzas are tried in their order.
            """,
            """
            Queries wait in a bounded table beside the workers: names that are held here are \
            answered as fast when every upstream is dead. The same question of several clients is \
            asked once. Connections over TCP and TLS carry many queries at a time. A query without \
            EDNS is asked with it, 1232 octets; an answer that was truncated is asked for again \
            over TCP.
            """,
        ],
        options: [
            .init("except NAME...", "Names in `FROM` that are not forwarded."),
            .init("force_tcp", "Ask over TCP."),
            .init("prefer_udp", "Ask over UDP first, whatever the client used."),
            .init("expire DURATION", "Close connections that were idle so long.", standard: "10s"),
            .init("max_age DURATION", "Close connections so old; 0s means never.", standard: "0s"),
            .init("max_idle_conns N", "Idle connections kept; 0 means all.", standard: "0"),
            .init("read_timeout DURATION", "How long one upstream has to answer.", standard: "2s"),
            .init(
                "max_fails N",
                "Failed probes after which one more takes an upstream out of use; 0 means never.",
                standard: "2"
            ),
            .init(
                "max_connect_attempts N",
                "Failed attempts after which a query fails; 0 means as many as 5 s allow.",
                standard: "twice the upstreams"
            ),
            .init("doh_method GET|POST", "How queries are put over HTTPS.", standard: "POST"),
            .init("tls [CERT KEY] [CA]", "The client's certificate, and the authorities."),
            .init("tls_servername NAME", "The name that upstreams' certificates must have."),
            .init(
                "policy random|round_robin|sequential|fastest",
                "The order of upstreams; `fastest` (Martlet's own) goes by measured time.",
                standard: "random"
            ),
            .init(
                "health_check DURATION [no_rec] [domain NAME]",
                "How often an upstream that failed is probed, and for what.",
                standard: "0.5s, domain ."
            ),
            .init("max_concurrent N", "Queries at once; more are REFUSED; 0 means any number."),
            .init("next RCODE...", "Replies after which the next stanza is asked."),
            .init("next_on_nodata", "Ask the next stanza after a reply without data."),
            .init("failover RCODE...", "Replies after which the next upstream is asked."),
            .init("failfast_all_unhealthy_upstreams", "SERVFAIL at once when all are down."),
            .init("source_address ADDRESS", "The address that queries are sent from."),
            .init("resolver ADDRESS...", "Servers that look up upstreams given by name."),
            .init(
                "hedge on|off",
                "Ask a second upstream when the first is later than 95 % of its answers.",
                standard: "off",
                isOurs: true
            ),
            .init(
                "circuit_breaker on|off",
                "Leave an upstream alone for a while that fails time after time.",
                standard: "on",
                isOurs: true
            ),
            .init(
                "randomize_case on|off",
                "Send names in random case, and insist on it in answers.",
                standard: "off",
                isOurs: true
            ),
            .init("edns on|off", "Add EDNS to queries without.", standard: "on", isOurs: true),
            .init("in_flight N", "Queries on their way to one upstream.", isOurs: true),
        ],
        metrics: [
            ("coredns_proxy_request_duration_seconds{proxy_name,to,rcode}", "time of answers"),
            ("coredns_proxy_healthcheck_failures_total{proxy_name,to}", "failed probes"),
            ("coredns_proxy_conn_cache_hits_total{proxy_name,to,proto}", "connections reused"),
            ("coredns_proxy_conn_cache_misses_total{proxy_name,to,proto}", "connections opened"),
            ("coredns_forward_healthcheck_broken_total", "queries that found all upstreams down"),
            ("coredns_forward_max_concurrent_rejects_total", "queries over `max_concurrent`"),
            ("martlet_forward_not_asked_total", "queries refused where they came in, see below"),
            ("martlet_forward_hedged_total", "second queries of `hedge`"),
            ("martlet_forward_joined_total", "queries that shared another one's answer"),
            ("martlet_forward_stray_replies_total{to}", "messages that answer nothing asked"),
        ],
        differences: [
            "EDNS is added to queries without it, so that fewer answers are truncated.",
            "An answer with TC is asked for again over TCP, so that clients need not.",
            "The same question in flight is asked once: fewer queries, the same answers.",
            "When as many queries are under way as may be, and no upstream answers, further ones"
                + " fail at once, in the thread that received them.",
            "An upstream that failed time after time, and answers nothing, is asked 256 questions"
                + " at a time.",
            "Many queries share a connection; CoreDNS has one per connection at a time.",
        ],
        example: """
            . {
                forward . 10.0.0.53 tls://9.9.9.9 {
                    tls_servername dns.quad9.net
                    policy sequential
                }
                cache 30
            }
            """
    )
}
