extension PluginDirective {
    static let kubernetesManual = PluginManual(
        name: "kubernetes",
        summary: "Answers the names of a cluster's services and pods (Kubernetes DNS 1.1.0).",
        syntax: "kubernetes [ZONES...]",
        details: [
            """
            The objects come from a registry. `ZONES`, or those of the server block, are the \
            cluster's domain, and reverse zones such as `10.96.0.0/12` or `in-addr.arpa`; at least \
            one is no reverse zone, and the first such one ends the names that addresses have. The \
            directive stands once in a server block.
            """,
            """
            With `metadata`, queries in the zones are told `kubernetes/kind`, \
            `kubernetes/namespace`, `kubernetes/service`, `kubernetes/endpoint`, \
            `kubernetes/port-name` and `kubernetes/protocol`, or `kubernetes/parse-error`. With \
            `pods verified` also, queries from the address of a pod are told \
            `kubernetes/client-namespace`, `kubernetes/client-pod-name`, and \
            `kubernetes/client-label/LABEL` for each of its labels. With `transfer`, the zones can \
            be transferred; reverse zones can't.
            """,
        ],
        options: [
            .init(
                "registry URL",
                "The registry whose objects are shown.",
                standard: "that of `--registry`",
                isOurs: true
            ),
            .init("namespaces NAMESPACE...", "Shows these namespaces only.", standard: "all"),
            .init(
                "namespace_labels SELECTOR",
                "Shows namespaces with such labels only; not together with `namespaces`.",
                standard: "all"
            ),
            .init(
                "labels SELECTOR",
                "Shows services, endpoint slices and pods with such labels only.",
                standard: "all"
            ),
            .init(
                "pods disabled|insecure|verified",
                """
                Whether names such as `10-0-0-1.NAMESPACE.pod.ZONE` exist: none, all, or those of \
                pods that exist.
                """,
                standard: "disabled"
            ),
            .init(
                "endpoint_pod_names",
                "Names endpoints without a hostname after their pods, not their addresses."
            ),
            .init("ttl SECONDS", "How long answers may be kept, 0 to 3600.", standard: "5"),
            .init("noendpoints", "Leaves endpoints out, and so all headless services."),
            .init(
                "fallthrough [ZONES...]",
                "Passes unknown names on; with `ZONES` only those in them."
            ),
            .init("ignore empty_service", "Hides services without ready endpoints."),
            .init(
                "startup_timeout DURATION",
                "Accepted: a registry is read before the first query is answered.",
                standard: "5s"
            ),
            .init("apiserver_qps RATE", "Accepted: it is about the Kubernetes API."),
            .init("apiserver_burst NUMBER", "Accepted, likewise."),
            .init("apiserver_max_inflight NUMBER", "Accepted, likewise."),
            .init("endpoint URL", "Refused: objects can't come from the Kubernetes API yet."),
            .init("tls CERT KEY CA", "Refused, likewise."),
            .init("kubeconfig FILE [CONTEXT]", "Refused, likewise."),
        ],
        metrics: [
            (
                "coredns_kubernetes_dns_programming_duration_seconds{service_kind}",
                """
                the time from a change that a slice of endpoints tells of, in \
                `endpoints.kubernetes.io/last-change-trigger-time`, until it is answered; \
                `service_kind` is `cluster_ip` or `headless_with_selector`
                """
            )
        ],
        differences: [
            "`multicluster` and `zonal` are not there yet.",
            """
            `coredns_kubernetes_dns_programming_duration_seconds` counts changes that follow the \
            start, and only those of ready endpoints: others change no answer.
            """,
            """
            Of several pods at a client's address, the metadata tell the first by namespace and \
            name: the same on all replicas.
            """,
            "`in-addr.arpa` and `ip6.arpa` themselves are reverse zones too.",
            "SRV weights in a transfer count all endpoints of a service, not those of a slice.",
        ],
        example: """
            cluster.local in-addr.arpa ip6.arpa {
                kubernetes {
                    pods insecure
                    fallthrough in-addr.arpa ip6.arpa
                }
                forward . /etc/resolv.conf
            }
            """
    )
}
