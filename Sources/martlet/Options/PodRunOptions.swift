import Addresses
import ArgumentParser
import KubernetesModel
import PodEnvironment
import PodRuntime

/// Who a pod is.
struct PodIdentityOptions: ParsableArguments {
    @Option(
        name: [.customShort("l"), .long],
        parsing: .singleValue,
        help: "Labels: a=b,c=d (default: run=NAME); repeatable."
    )
    var labels: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A port of the pod; repeatable.",
            valueName: "[name:]number[/protocol]"
        )
    )
    var port: [String] = []

    @Option(help: "The pod's hostname.") var hostname: String?
    @Option(help: "The headless service whose names the pod has.") var subdomain: String?

    @Option(parsing: .singleValue, help: "A line of /etc/hosts: NAME:ADDRESS; repeatable.")
    var addHost: [String] = []

    @Flag(
        inversion: .prefixedNo,
        help: "Whether the pod has variables for the services of its namespace."
    )
    var serviceLinks = true

    /// The pod's object.
    func object(
        name: String,
        namespace: String,
        resolver: PodResolverOptions,
        words: [String]
    ) throws -> APIObject {
        var container: Fields = ["name": .string("main"), "image": "none"]
        if !words.isEmpty { container["command"] = .array(words.map { .string($0) }) }
        if !port.isEmpty { container["ports"] = .array(try port.map(containerPort)) }
        var spec: Fields = ["containers": [.object(container)], "restartPolicy": "Never"]
        if let hostname { spec["hostname"] = .string(hostname) }
        if let subdomain { spec["subdomain"] = .string(subdomain) }
        if !serviceLinks { spec["enableServiceLinks"] = false }
        if !addHost.isEmpty { spec["hostAliases"] = .array(try addHost.map(hostAlias)) }
        spec.merge(try resolver.fields) { $1 }
        let metadata: Fields = [
            "name": .string(name), "namespace": .string(namespace),
            "labels": .object(try pairs(name)),
        ]
        return APIObject(
            key: ObjectKey(kind: .pod, namespace: namespace, name: name),
            fields: [
                "apiVersion": "v1", "kind": "Pod", "metadata": .object(metadata),
                "spec": .object(spec),
            ]
        )
    }

    private func pairs(_ name: String) throws -> Fields {
        var pairs: Fields = [:]
        let texts = labels.isEmpty ? ["run=\(name)"] : labels
        for pair in texts.flatMap({ $0.split(separator: ",") }) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw Failure("--labels: '\(pair)' is no label, write KEY=VALUE", status: .usage)
            }
            pairs[String(parts[0])] = .string(String(parts[1]))
        }
        return pairs
    }

    /// A container's port: `8080`, `http:8080`, `dns:53/udp`.
    private func containerPort(_ text: String) throws -> Value {
        let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        // `create pod` writes NAME=NUMBER.
        let parts = halves[0].split { $0 == ":" || $0 == "=" }.map(String.init)
        let transport = halves.count == 2 ? halves[1].uppercased() : "TCP"
        guard let number = parts.last.flatMap({ Int64($0) }), (1...65_535).contains(number),
            parts.count <= 2, ["TCP", "UDP", "SCTP"].contains(transport)
        else {
            throw Failure(
                "--port \(text): write [NAME:]NUMBER[/tcp|udp|sctp], NUMBER from 1 to 65535",
                status: .usage
            )
        }
        var fields: Fields = ["containerPort": .integer(number)]
        if parts.count == 2 { fields["name"] = .string(parts[0]) }
        if transport != "TCP" { fields["protocol"] = .string(transport) }
        return .object(fields)
    }

    private func hostAlias(_ text: String) throws -> Value {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, IPAddress(parts[1]) != nil else {
            throw Failure("--add-host \(text): write NAME:ADDRESS", status: .usage)
        }
        return ["ip": .string(parts[1]), "hostnames": [.string(parts[0])]]
    }
}

/// How a pod resolves names.
struct PodResolverOptions: ParsableArguments {
    @Option(help: "ClusterFirst, Default or None.") var dnsPolicy: String?

    @Option(parsing: .singleValue, help: "A name server of dnsConfig; repeatable.")
    var nameserver: [String] = []

    @Option(parsing: .singleValue, help: "A search domain of dnsConfig; repeatable.")
    var search: [String] = []

    @Option(parsing: .singleValue, help: "An option of dnsConfig: NAME[:VALUE]; repeatable.")
    var option: [String] = []

    @Option(
        parsing: .singleValue,
        help: "A name server of the cluster (default: the node's); repeatable."
    )
    var clusterDns: [String] = []

    @Option(help: "plain, as the kubelet writes it, or marker: the server walks the search path.")
    var searchMode = SearchMode.plain

    @Option(help: "The host's own resolv.conf, or none.")
    var hostResolvConf = "/etc/resolv.conf"

    /// The fields of a pod's `spec`.
    var fields: Fields {
        get throws {
            var fields: Fields = [:]
            if let dnsPolicy { fields["dnsPolicy"] = .string(dnsPolicy) }
            var config: Fields = [:]
            if !nameserver.isEmpty {
                config["nameservers"] = .array(nameserver.map { .string($0) })
            }
            if !search.isEmpty { config["searches"] = .array(search.map { .string($0) }) }
            if !option.isEmpty {
                config["options"] = .array(
                    option.map { text in
                        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
                        var option: Fields = ["name": .string(parts.first ?? "")]
                        if parts.count == 2 { option["value"] = .string(parts[1]) }
                        return .object(option)
                    }
                )
            }
            if !config.isEmpty { fields["dnsConfig"] = .object(config) }
            return fields
        }
    }

    /// The cluster's name servers that were asked for; empty for the node's.
    func clusterServers() throws -> [String] {
        let texts = clusterDns.flatMap { $0.split { $0 == "," || $0 == " " } }.map(String.init)
        for text in texts where IPAddress(text) == nil {
            throw Failure("--cluster-dns \(text) is not an IP address", status: .usage)
        }
        return texts
    }
}

/// How it is found out whether a pod is ready.
struct ProbeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What makes the pod ready: tcp:PORT, http:PORT/PATH or exec:COMMAND.",
            discussion: "Ports may be names. Without a probe the pod is ready once it runs.",
            valueName: "probe"
        )
    )
    var probe: String?

    @Option(help: "Seconds before the first attempt.") var probeInitialDelay = 0.0
    @Option(help: "Seconds from one attempt to the next.") var probePeriod = 1.0
    @Option(help: "Seconds after which an attempt has failed.") var probeTimeout = 1.0
    @Option(help: "Successes in a row that make the pod ready.") var probeSuccessThreshold = 1
    @Option(help: "Failures in a row that make the pod not ready.") var probeFailureThreshold = 3

    func validate() throws {
        let bound = Double(Limits.secondsMax)
        guard probeInitialDelay >= 0, probeInitialDelay <= bound else {
            throw ValidationError("--probe-initial-delay must be from 0 to \(Limits.secondsMax)")
        }
        guard probePeriod >= 0.01, probePeriod <= bound else {
            throw ValidationError("--probe-period must be from 0.01 to \(Limits.secondsMax)")
        }
        guard probeTimeout >= 0.01, probeTimeout <= bound else {
            throw ValidationError("--probe-timeout must be from 0.01 to \(Limits.secondsMax)")
        }
        guard probeSuccessThreshold >= 1, probeFailureThreshold >= 1 else {
            throw ValidationError("a probe's thresholds must be 1 or more")
        }
    }

    /// The probe of a pod; nil if none was asked for.
    func probe(_ pod: Pod) throws -> ReadinessProbe? {
        guard let probe else { return nil }
        var ports: [String: UInt16] = [:]
        for port in pod.containers.flatMap(\.ports) where !port.name.isEmpty {
            ports[port.name] = UInt16(exactly: port.containerPort)
        }
        do {
            var found = try ReadinessProbe(parsing: probe, ports: ports)
            found.initialDelay = probeInitialDelay
            found.period = probePeriod
            found.timeout = probeTimeout
            found.successThreshold = probeSuccessThreshold
            found.failureThreshold = probeFailureThreshold
            return found
        } catch {
            throw Failure("--probe: \(error)", status: .usage)
        }
    }
}
