extension PluginDirective {
    static let cacheManual = PluginManual(
        name: "cache",
        summary: "Keeps what upstreams reply, and answers from it.",
        syntax: "cache [TTL] [ZONES...]",
        details: [
            """
            `TTL` is the most seconds that anything is kept; without it positive replies are kept \
            for at most 3600 seconds and denials for at most 1800. Without `ZONES`, those of the \
            server block are meant.
            """,
            """
            A reply is looked for when an upstream is about to be asked. Whatever is known here, \
            by `kubernetes`, `hosts`, `file` and so on, is answered from there, so that a change \
            is seen at once, wherever `cache` stands. Answering from the cache takes no lock and \
            allocates nothing.
            """,
            """
            Replies are told apart by name, type, class, DO and CD, and each server block has a \
            cache of its own, so each view has. Those with TC, with codes other than NOERROR, \
            NXDOMAIN, SERVFAIL and NOTIMP, denials of a name without SOA (RFC 2308) and broken \
            messages are not kept. When a store is full, what is seldom asked for has to go; names \
            asked once pass through a tenth of it.
            """,
            """
            Contents outlive a reload of the configuration if the server block says the same as \
            before, apart from directives such as `log` that don't change replies.
            """,
        ],
        options: options,
        metrics: [
            ("coredns_cache_entries{server,type,zones,view}", "replies in a store now"),
            ("martlet_cache_bytes{server,type,zones,view}", "octets of memory that they take"),
            (
                "coredns_cache_hits_total{server,type,zones,view}",
                "queries answered from a store; `type` is `success` or `denial`"
            ),
            ("coredns_cache_misses_total{server,zones,view}", "queries that an upstream got"),
            ("coredns_cache_requests_total{server,zones,view}", "hits and misses together"),
            (
                "coredns_cache_evictions_total{server,type,zones,view}",
                "replies that had to go for others"
            ),
            (
                "coredns_cache_prefetch_total{server,zones,view}",
                "renewals that were started without a client waiting"
            ),
            (
                "coredns_cache_drops_total{server,zones,view}",
                "replies to another question than the one asked"
            ),
            (
                "coredns_cache_served_stale_total{server,zones,view}",
                "queries answered with a reply that has expired"
            ),
        ],
        differences: [
            "Replies from data held here are not kept, so that no change is hidden; "
                + "`include_local` keeps them as CoreDNS does. The counters count queries for "
                + "upstreams only, accordingly.",
            "No TTL is ever raised: `MINTTL` says how long a reply is kept, not what clients are "
                + "told, so that `ttl 0` of another server stays 0.",
            "AA is passed on as it was received; CoreDNS sets it in each hit, which says that "
                + "forwarded data is its own.",
            "`CAPACITY` is the exact number of replies; CoreDNS keeps 1024 at least, and evicts an "
                + "arbitrary one of a 256th of them.",
            "A failure does not end a denial or a positive reply that can still be used.",
            "A renewal of the same reply is not started twice within two seconds.",
            "With `verify` and a `TIMEOUT`, a reply that comes later is kept nevertheless.",
            "With `serve_stale`, a failure of the upstream is replaced by an expired reply in "
                + "either mode (RFC 8767).",
        ],
        example: """
            . {
                cache 300 {
                    success 20000
                    memory 64MiB 16MiB
                    prefetch 10 1m 10%
                    serve_stale 1h verify 200ms
                }
                forward . /etc/resolv.conf
            }
            """
    )

    private static let options: [PluginManual.Option] = [
        .init(
            "success CAPACITY [TTL [MINTTL]]",
            "How many positive replies are kept, and for how many seconds at most and at least.",
            standard: "9984 3600 5"
        ),
        .init(
            "denial CAPACITY [TTL [MINTTL]]",
            "The same for NXDOMAIN and for replies without data, whose time is that of the SOA.",
            standard: "9984 1800 5"
        ),
        .init(
            "memory SUCCESS [DENIAL]",
            "The most memory of each store, such as `32MiB`; one size is for each of them.",
            standard: "32MiB",
            isOurs: true
        ),
        .init(
            "prefetch AMOUNT [DURATION [PERCENTAGE%]]",
            "Renews replies that were asked for `AMOUNT` times, without a gap of `DURATION`, when "
                + "at most `PERCENTAGE` (10% to 90%) of their time is left.",
            standard: "off; 1m, 10%"
        ),
        .init(
            "serve_stale [DURATION [immediate [RTTL [RECHECK]]]]",
            "Uses replies for `DURATION` after their end: answers at once, with the TTL `RTTL`, "
                + "and renews them then, not within `RECHECK` of the last try.",
            standard: "off; 1h immediate 0s"
        ),
        .init(
            "serve_stale DURATION verify [TIMEOUT [RTTL [RECHECK]]]",
            "Asks the upstream first, and uses an expired reply if there is none within `TIMEOUT` "
                + "(0: as long as upstreams may take), or none that is NOERROR or NXDOMAIN."
        ),
        .init(
            "serve_stale_policy prefer_positive",
            "Uses a positive reply, even an expired one, before a denial; needs `serve_stale`."
        ),
        .init("servfail DURATION", "How long failures are kept, 0 to 5m.", standard: "5s"),
        .init(
            "disable success|denial [ZONES...]",
            "Keeps no such replies for names in `ZONES`, by default for none."
        ),
        .init("keepttl", "Tells clients the time that a reply came with, not what is left of it."),
        .init(
            "include_local",
            "Keeps what all plugins behind this one reply, too.",
            isOurs: true
        ),
    ]
}
