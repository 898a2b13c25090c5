extension PluginDirective {
    /// All directives, in the order in which their plugins are asked (CoreDNS `plugin.cfg`).
    public static let all: [PluginDirective] = [
        .root, .cancel, .timeouts, .multisocket, .nsid, .bufsize, .bind, .debug, .ready, .health,
        .pprof, .shed, .prometheus, .errors, .log, .local, .any, .chaos, .loadbalance, .acl,
        .header, .minimal, .kubernetes, .file, .erratic, .whoami,
    ]

    /// Directives of CoreDNS that are not here yet.
    static let missing: Set<String> = [
        "auto", "autopath", "azure", "cache", "clouddns", "dns64", "dnssec", "dnstap", "etcd",
        "forward", "geoip", "grpc", "grpc_server", "hosts", "https", "https3", "k8s_external",
        "loop", "metadata", "nomad", "on", "proxyproto", "quic", "reload", "rewrite", "route53",
        "secondary", "sign", "template", "tls", "trace", "transfer", "tsig", "view",
    ]
}
