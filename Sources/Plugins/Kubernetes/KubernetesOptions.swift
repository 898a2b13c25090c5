internal import ClusterView
internal import Corefile
internal import DNSWire

/// The options of a `kubernetes` block (CoreDNS `plugin/kubernetes/setup.go`).
struct KubernetesOptions {
    /// The zones, as the directive names them.
    var zones: [Name] = []
    /// Which view the block shows.
    var request = ViewRequest()
    /// Seconds that answers may be kept.
    var timeToLive: UInt32 = 5
    /// How the names of pods are answered.
    var podMode = ClusterZone.PodMode.disabled
    /// The namespaces that are shown; empty means all.
    var namespaces: Set<String> = []
    /// Whether services without ready endpoints are hidden.
    var ignoresEmptyServices = false
    /// The zones whose unknown names are passed on; nil if none are.
    var passedOn: [Name]?

    /// Reads the directive.
    init(_ cursor: inout DirectiveCursor, _ context: BlockContext) throws(CorefileErrors) {
        let place = cursor
        zones = try cursor.zones(or: context.zones)
        try cursor.readOptions { option, cursor in
            switch option {
            case "apiserver_burst", "apiserver_max_inflight":
                _ = try cursor.integer(in: 0...Int.max)
            case "apiserver_qps": try KubernetesOptions.readRate(&cursor)
            case "startup_timeout": _ = try cursor.duration()
            case "endpoint", "kubeconfig", "tls":
                try KubernetesOptions.refuseServer(option, &cursor)
            case "multicluster", "zonal":
                throw cursor.error(
                    "kubernetes: the option \"\(option)\" of CoreDNS is not in Martlet yet",
                    mend: "remove it"
                )
            default: try read(option, &cursor)
            }
        }
        guard namespaces.isEmpty || request.options.namespaceLabels == nil else {
            throw CorefileErrors([
                place.error(
                    "kubernetes: namespaces and namespace_labels cannot both be set",
                    mend: "remove one of them"
                )
            ])
        }
    }

    private mutating func read(_ option: String, _ cursor: inout DirectiveCursor) throws {
        switch option {
        case "endpoint_pod_names": request.options.endpointPodNames = true
        case "fallthrough": passedOn = try cursor.zones(or: [.root])
        case "ignore": try readIgnore(&cursor)
        case "labels":
            try request.options.setLabels(KubernetesOptions.selector(&cursor))
        case "namespace_labels":
            try request.options.setNamespaceLabels(KubernetesOptions.selector(&cursor))
        case "namespaces":
            namespaces.formUnion(try cursor.remainingArguments(count: 1...Int.max))
        case "noendpoints": request.options.ignoresEndpoints = true
        case "pods": try readPods(&cursor)
        case "registry": request.registry = try cursor.onlyArgument()
        case "ttl": timeToLive = try readTimeToLive(&cursor)
        default:
            throw cursor.unknownOption(known: PluginDirective.kubernetesManual.optionNames)
        }
    }

    private static func selector(
        _ cursor: inout DirectiveCursor
    ) throws(CorefileError) -> String {
        try cursor.remainingArguments(count: 1...Int.max).joined(separator: " ")
    }

    private static func readRate(_ cursor: inout DirectiveCursor) throws(CorefileError) {
        let text = try cursor.onlyArgument()
        guard let rate = Double(text), rate >= 0, rate.isFinite else {
            throw cursor.wrong(text, "is no rate", mend: "write a number of at least 0")
        }
    }

    /// Checks the syntax of what chooses an API server, and says that there is none yet.
    private static func refuseServer(
        _ option: String,
        _ cursor: inout DirectiveCursor
    ) throws(CorefileError) {
        switch option {
        case "endpoint": _ = try cursor.remainingArguments(count: 1...Int.max)
        case "kubeconfig": _ = try cursor.remainingArguments(count: 1...2)
        default: _ = try cursor.remainingArguments(count: 3...3)
        }
        throw cursor.error(
            "kubernetes: \(option): Martlet can't take objects from the Kubernetes API yet",
            mend: "remove it, and name a registry with 'registry URL' or --registry"
        )
    }

    private mutating func readIgnore(_ cursor: inout DirectiveCursor) throws(CorefileError) {
        // A bare `ignore` means nothing and is accepted, as CoreDNS accepts it.
        guard let what = cursor.nextArgument() else { return }
        guard what == "empty_service" else {
            throw cursor.error(
                "ignore: unable to set ignore value: \"\(what)\"",
                mend: "the only value is empty_service"
            )
        }
        ignoresEmptyServices = true
    }

    private mutating func readPods(_ cursor: inout DirectiveCursor) throws(CorefileError) {
        switch try cursor.onlyArgument() {
        case "disabled": podMode = .disabled
        case "insecure": podMode = .insecure
        case "verified":
            podMode = .verified
            request.options.indexesPods = true
        case let mode:
            throw cursor.error(
                "wrong value for pods: \(mode)",
                mend: "must be one of: disabled, verified, insecure"
            )
        }
    }

    private func readTimeToLive(
        _ cursor: inout DirectiveCursor
    ) throws(CorefileError) -> UInt32 {
        let text = try cursor.onlyArgument()
        guard let seconds = UInt32(text), seconds <= 3600 else {
            throw cursor.error("ttl must be in range [0, 3600]: \(text)")
        }
        return seconds
    }
}
