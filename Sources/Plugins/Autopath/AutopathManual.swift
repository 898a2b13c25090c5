extension PluginDirective {
    static let autopathManual = PluginManual(
        name: "autopath",
        summary: "Walks the search path for the client, so that one query is enough.",
        syntax: "autopath [ZONES...] RESOLV-CONF|@PLUGIN",
        details: [
            """
            A pod asks for `example.com.NAMESPACE.svc.ZONE` first, then for `example.com.svc.ZONE` \
            and so on. This plugin goes on where the first name doesn't exist, and answers with \
            the first one that does, as an alias of what was asked. If none does, the reply to the \
            first name stands, and the client goes its own way. Without `ZONES`, those of the \
            server block are meant.
            """,
            """
            With `@kubernetes` the path is that of a pod: `NAMESPACE.svc.ZONE`, `svc.ZONE`, \
            `ZONE`, the domains of the server's host, the bare name. It is walked if a pod with \
            the client's address is in the namespace of the name, which needs `pods verified` in \
            `kubernetes`. With `RESOLV-CONF` it is that of a file, the same for all clients.
            """,
            """
            With `marker`, a query for `NAME.search.NAMESPACE.svc.ZONE` is walked through the same \
            path whoever asks: no pods have to be known, and addresses may be translated on the \
            way. `martlet resolv-conf --search-mode marker` writes the search list for it. A \
            name that exists as it was asked, such as that of an endpoint of a service called \
            `search`, is answered as it is. With the marker alone, no last argument is needed.
            """,
            """
            The decision depends on the name and on what is known of pods, not on the type asked \
            for nor on which pod is found first, so that A and AAAA lead to the same name on all \
            replicas. A step that fails ends the walk with its failure. Steps within the cluster's \
            zone are answered here. Whether a name exists in a domain of the host is asked for \
            type A, whatever the client wants: the queries for A and AAAA share that question, and \
            with `cache` behind, what was denied is not asked again.
            """,
        ],
        options: [
            .init(
                "marker [LABEL]",
                "Walks the search path for names with this label before the namespace.",
                standard: "off; search",
                isOurs: true
            ),
            .init(
                "host_search FILE|none",
                """
                Where the domains of the server's host are from: a resolv.conf, read at start. One \
                that is named must be there.
                """,
                standard: "/etc/resolv.conf",
                isOurs: true
            ),
        ],
        metrics: [
            (
                "coredns_autopath_success_total{server}",
                "queries that were within a search path and found something"
            )
        ],
        differences: [
            "If several pods have the client's address, the one in the namespace of the name "
                + "counts; CoreDNS takes the first it finds, which differs between replicas.",
            "A step that fails ends the walk; CoreDNS skips it, so that A and AAAA may lead to "
                + "different names.",
            "Whether a name exists in a domain of the host is asked for type A only; CoreDNS asks "
                + "for each type, and servers that deny AAAA where there is an A lead it "
                + "elsewhere.",
            "Domains of the host that are in the cluster's zone are left out: they are of the "
                + "server's own namespace.",
            "At most 16 domains of a search list are used.",
        ],
        example: """
            . {
                autopath @kubernetes {
                    marker
                }
                cache
                kubernetes cluster.local {
                    pods verified
                }
                forward . /etc/resolv.conf
            }
            """
    )
}
