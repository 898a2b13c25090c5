extension PluginDirective {
    /// All directives, in the order in which their plugins are asked (CoreDNS `plugin.cfg`).
    public static let all: [PluginDirective] = [
        .root, .metadata, .cancel, .https, .timeouts, .multisocket, .reload, .nsid, .bufsize, .bind,
        .debug,
        .ready, .health,
        .pprof, .shed, .prometheus, .errors, .log, .local, .dns64, .any, .chaos, .loadbalance,
        .rewrite, .autopath, .acl, .cache,
        .header, .tls, .minimal, .template, .transfer, .hosts, .k8sExternal, .kubernetes, .file,
        .auto, .secondary, .loop, .forward, .erratic, .whoami, .view,
    ]

    /// Directives of CoreDNS that are not here yet.
    static let missing: Set<String> = [
        "azure", "clouddns", "dnssec", "dnstap", "etcd",
        "geoip", "grpc", "grpc_server", "https3",
        "nomad", "on", "proxyproto", "quic", "route53",
        "sign", "trace", "tsig",
    ]
}
