import ArgumentParser
import KubernetesModel
import Registry

/// Changes single facts of objects.
struct SetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Make pods ready or not, as their probes would.",
        subcommands: [SetReady.self, SetUnready.self]
    )
}

/// Makes pods ready.
struct SetReady: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ready",
        abstract: "Make pods ready: their services answer with them.",
        discussion: "Example:\n  martlet set ready pod/web-0 -n shop"
    )

    @OptionGroup var readiness: ReadinessOptions

    func run() throws { try readiness.set(true) }
}

/// Makes pods unready.
struct SetUnready: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unready",
        abstract: "Make pods unready: their services no longer answer with them.",
        discussion: "Example:\n  martlet set unready pod/web-0 pod/web-1"
    )

    @OptionGroup var readiness: ReadinessOptions

    func run() throws { try readiness.set(false) }
}

/// The pods whose readiness changes.
struct ReadinessOptions: ParsableArguments {
    @OptionGroup var registry: RegistryOptions
    @OptionGroup var namespace: NamespaceOptions

    @Argument(help: "pod/NAME..., pod NAME..., or NAME...")
    var pods: [String]

    /// Makes the pods ready or not.
    func set(_ isReady: Bool) throws {
        let registry = try registry.open()
        defer { registry.close() }
        for name in try names() {
            let key = ObjectKey(kind: .pod, namespace: namespace.name, name: name)
            let object = try registry.setReady(key, isReady)
            Output.line("\(ObjectTitle.name(object)) \(isReady ? "ready" : "unready")")
        }
    }

    private func names() throws -> [String] {
        let isKind = pods.count > 1 && Kind(spelled: pods[0]) == .pod
        guard isKind || pods.contains(where: { $0.contains("/") }) else { return pods }
        let asked = try ResourceArguments(pods)
        guard asked.requests.allSatisfy({ $0.kind == .pod }) else {
            throw Failure("only pods are ready or unready: write pod/NAME", status: .usage)
        }
        return asked.requests.flatMap(\.names)
    }
}
