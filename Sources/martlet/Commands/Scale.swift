import ArgumentParser
import KubernetesModel
import Registry

/// Changes how many pods a workload has.
struct Scale: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Change how many pods a Deployment, ReplicaSet or StatefulSet has.",
        discussion: """
            Examples:
              martlet scale deployment web --replicas=3
              martlet scale sts/db --replicas=0 -n shop
            """
    )

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var namespace: NamespaceOptions

    @Option(help: "How many pods.")
    var replicas: Int

    @Option(help: "Change nothing unless there are so many now.")
    var currentReplicas: Int?

    @Argument(help: "KIND NAME..., or KIND/NAME...")
    var resources: [String]

    func run() throws {
        guard replicas >= 0 else {
            throw Failure("--replicas=COUNT must not be negative", status: .usage)
        }
        let asked = try ResourceArguments(resources)
        guard asked.hasNames else { throw Failure("name a workload to scale", status: .usage) }
        let registry = try registry.open()
        defer { registry.close() }
        for request in asked.requests {
            for name in request.names {
                let key = ObjectKey(kind: request.kind, namespace: namespace.name, name: name)
                let object = try registry.get(key)
                let now = object.fields.integer(at: "spec", "replicas") ?? 1
                if let currentReplicas, now != Int64(currentReplicas) {
                    throw Failure(
                        "Expected replicas to be \(currentReplicas), was \(now)"
                    )
                }
                _ = try registry.scale(key, replicas: replicas)
                Output.line("\(ObjectTitle.name(object)) scaled")
            }
        }
    }
}
