import Addresses
import ArgumentParser
import Glibc
import KubernetesModel
import PodRuntime
import Registry

/// Lists the pods of this node.
struct PodList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the pods that run on this node, and those that ended by themselves.",
        aliases: ["ls", "ps"]
    )

    @OptionGroup var options: NodeOptions
    @OptionGroup var namespaces: NamespacesOptions
    @Option(name: [.short, .long], help: "text or json.") var output = NodeFormat.text

    func run() throws {
        let pods = try Failure.explaining { try found() }
        switch output {
        case .json:
            Output.line(JSONWriter.pretty(.array(pods.map { .object($0.fields) })))
        case .text:
            guard !pods.isEmpty else { return Output.error("No pods run here.") }
            var table = Table(columns: ["NAME", "READY", "STATUS", "IP", "PID", "AGE", "COMMAND"])
            let now = time(nil)
            for pod in pods {
                let record = pod.record
                table.rows.append([
                    record.name, pod.isReady ? "yes" : "no", pod.status,
                    record.addresses.map(\.description).joined(separator: ","),
                    record.process > 0 && record.status == nil ? "\(record.process)" : "-",
                    Age.text(created: record.started, now: now),
                    record.words.isEmpty ? "-" : record.words.joined(separator: " "),
                ])
            }
            if namespaces.name == nil { table.prepend("NAMESPACE", pods.map(\.record.namespace)) }
            Output.write(table.text())
        }
    }

    private func found() throws -> [PodStatus] {
        let pods = options.state.pods.filter {
            namespaces.name == nil || $0.title.namespace == namespaces.name
        }
        return try PodStatus.all(pods, options.podRegistry())
    }
}

/// Ends pods.
struct PodStop: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "End pods: services leave them out, then SIGTERM, then SIGKILL.",
        discussion: """
            Examples:
              martlet pod stop web -n shop
              martlet pod stop --all -A --grace-period 5
            """
    )

    @OptionGroup var options: NodeOptions
    @OptionGroup var namespaces: NamespacesOptions
    @Flag(help: "End all pods of the namespace, or with -A of all.") var all = false
    @Option(help: "Seconds from SIGTERM to SIGKILL (default: what the pod was started with).")
    var gracePeriod: Int?
    @Flag(inversion: .prefixedNo, help: "Whether to wait until the pods have ended.")
    var wait = true
    @Argument(help: "The pods' names.") var names: [String] = []

    func validate() throws {
        guard all != !names.isEmpty else {
            throw ValidationError("name pods, or use --all")
        }
        guard (0...Limits.secondsMax).contains(gracePeriod ?? 0) else {
            throw ValidationError("--grace-period must be from 0 to \(Limits.secondsMax)")
        }
    }

    func run() throws {
        try NodeOptions.requireCapabilities()
        let state = options.state
        let pods: [PodDirectory]
        if all {
            pods = state.pods.filter {
                namespaces.name == nil || $0.title.namespace == namespaces.name
            }
        } else {
            pods = names.map { name in
                let short = name.hasPrefix("pod/") ? String(name.dropFirst(4)) : name
                return state.pod(namespace: namespaces.one.name, name: short)
            }
        }
        let asked = try Failure.explaining { try pods.map { try ask($0) } }
        var failed = false
        for (pod, wasAsked) in zip(pods, asked) {
            let title = pod.title
            if wasAsked {
                if wait { pod.waitForEnd() }
                Output.line("pod/\(title.name) \(wait ? "stopped" : "is ending")")
            } else if try removeRest(pod) {
                Output.line("pod/\(title.name) removed: it had ended")
            } else {
                Output.error(
                    "error: pod \"\(title.name)\" does not run in namespace \"\(title.namespace)\""
                )
                failed = true
            }
        }
        if failed { throw Failure.silent }
    }

    private func ask(_ pod: PodDirectory) throws -> Bool {
        try pod.askToStop(graceSeconds: gracePeriod)
    }

    /// Removes what is left of a pod that nobody attends; false if there is nothing.
    private func removeRest(_ pod: PodDirectory) throws -> Bool {
        try Failure.explaining {
            try Sweep(state: options.state, registry: options.podRegistry()).one(pod)
        }
    }
}

/// Removes what dead pods left.
struct PodGC: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Remove what is left of pods that have ended: links, objects, records, output.",
        discussion: """
            What pods left whose supervisor was killed is also removed when the next pod starts; \
            this command removes the records of pods that ended by themselves as well.

            With --watch it stays, leaves these records, and removes what a pod leaves in the \
            moment that its supervisor is killed. martlet up does so by itself; where node, serve \
            and proxy run apart, this belongs beside them.
            """
    )

    @OptionGroup var options: NodeOptions
    @Flag(name: [.short, .long], help: "Go on with what dies from now on, until Ctrl-C.")
    var watch = false

    func run() throws {
        try NodeOptions.requireCapabilities()
        let ending = watch ? EndSignals() : nil
        try collect()
        guard let ending else { return }
        Output.flush()
        let watch = try Failure.explaining {
            try PodWatch(state: options.state, registry: options.podRegistry())
        }
        ending.watch { watch.stop() }
        watch.run { report in
            Output.line(report.description)
            Output.flush()
        }
    }

    private func collect() throws {
        let outcome = try Failure.explaining {
            let sweep = Sweep(state: options.state, registry: options.podRegistry())
            return try sweep.all(includesEnded: !watch)
        }
        for pod in outcome.pods { Output.line("pod \(pod) removed") }
        for link in outcome.links { Output.line("link \(link) removed") }
        guard !outcome.problems.isEmpty else { return }
        for problem in outcome.problems { Output.error("error: \(problem)") }
        throw Failure.silent
    }
}
