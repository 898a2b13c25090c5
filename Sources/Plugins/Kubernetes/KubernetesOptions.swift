internal import ClusterView
internal import Corefile
internal import DNSWire

/// The options of a `kubernetes` block (CoreDNS `plugin/kubernetes/setup.go`).
struct KubernetesOptions {
    /// The names of all options that are understood.
    static let names = [
        "endpoint_pod_names", "fallthrough", "ignore", "namespaces", "noendpoints", "pods",
        "registry", "ttl",
    ]
    /// Options of CoreDNS that choose an API server, or need one.
    private static let missing: Set<String> = [
        "apiserver_burst", "apiserver_max_inflight", "apiserver_qps", "endpoint", "kubeconfig",
        "labels", "multicluster", "namespace_labels", "startup_timeout", "tls", "zonal",
    ]
    /// Seconds that `ttl` may say.
    private static let timeToLiveMax: UInt32 = 3600

    var request = ViewRequest()
    var timeToLive: UInt32 = 5
    var podMode = ClusterZone.PodMode.disabled
    var namespaces: Set<String> = []
    var ignoresEmptyServices = false
    /// The zones whose unknown names are passed on; nil if none are.
    var passedOn: [Name]?

    /// Reads the block's lines.
    init(_ cursor: inout DirectiveCursor) throws(CorefileErrors) {
        var errors: [CorefileError] = []
        while let option = cursor.nextOption() {
            do {
                try read(option, &cursor)
            } catch {
                errors.append(contentsOf: error.errors)
                _ = cursor.remainingArguments()
            }
        }
        guard errors.isEmpty else { throw CorefileErrors(errors) }
    }

    private mutating func read(
        _ option: String,
        _ cursor: inout DirectiveCursor
    ) throws(CorefileErrors) {
        do {
            switch option {
            case "endpoint_pod_names":
                try cursor.expectLineEnd()
                request.options.endpointPodNames = true
            case "noendpoints":
                try cursor.expectLineEnd()
                request.options.ignoresEndpoints = true
            case "ignore":
                try readIgnore(&cursor)
            case "namespaces":
                let names = cursor.remainingArguments()
                guard !names.isEmpty else {
                    throw cursor.error("namespaces: no namespace is named")
                }
                namespaces.formUnion(names)
            case "pods":
                try readPods(&cursor)
            case "registry":
                request.registry = try cursor.onlyArgument()
            case "ttl":
                timeToLive = try readTimeToLive(&cursor)
            case "fallthrough":
                passedOn = try cursor.zones(or: [.root])
            default:
                if KubernetesOptions.missing.contains(option) {
                    throw cursor.error(
                        "kubernetes: the option \"\(option)\" of CoreDNS is not in Martlet yet",
                        mend: "remove it; objects come from the registry"
                    )
                }
                throw cursor.unknownOption(known: KubernetesOptions.names)
            }
        } catch let error as CorefileError {
            throw CorefileErrors([error])
        } catch let errors as CorefileErrors {
            throw errors
        } catch {
            throw CorefileErrors([cursor.error("\(error)")])
        }
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
        guard let seconds = UInt32(text), seconds <= KubernetesOptions.timeToLiveMax else {
            throw cursor.error(
                "ttl must be in range [0, \(KubernetesOptions.timeToLiveMax)]: \(text)"
            )
        }
        return seconds
    }
}
