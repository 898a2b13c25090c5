import ArgumentParser
import KubernetesModel
import PodEnvironment
import Registry

/// Prints a pod's service variables.
struct Env: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the service variables that a pod's containers would have.",
        discussion: """
            Examples:
              martlet env -n shop
              martlet env -n shop --pod web-0
              eval "$(martlet env -n shop -o export)"
              docker run --env-file <(martlet env -n shop) alpine env
            """
    )

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var namespace: NamespaceOptions
    @OptionGroup var pod: PodOptions

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "file, export, docker or json; or the path of a file to write.",
            valueName: "format|path"
        )
    )
    var output = "file"

    @Option(help: "The services as they were at a revision (default: when the pod was created).")
    var at: UInt64?

    @Flag(inversion: .prefixedNo, help: "Whether all services of the namespace are there.")
    var serviceLinks: Bool?

    func run() throws {
        let registry = try registry.open()
        defer { registry.close() }
        let object = try pod.object(namespace.name, registry)
        let links = try object.map { try Pod($0.defaulted()).enableServiceLinks } ?? true
        let services = try services(object, registry)
        let environment = ServiceEnvironment(
            namespace: object?.key.namespace ?? namespace.name,
            enableServiceLinks: serviceLinks ?? links,
            services: try services.map { try Service($0) }
        )
        guard let format = ServiceEnvironment.Format(rawValue: output) else {
            return try FileOutput.write(
                environment.text(.file),
                to: output,
                formats: ServiceEnvironment.Format.allCases.map(\.rawValue)
            )
        }
        Output.write(environment.text(format))
    }

    private func services(_ pod: APIObject?, _ registry: Registry) throws -> [APIObject] {
        if let at { return try registry.services(at: at).objects }
        // A pod of a manifest is not created yet: it would see the services of now.
        guard let pod, !pod.uid.isEmpty else { return try registry.list(.service).objects }
        if let revision = try PodHistory.creation(of: pod, in: registry.store) {
            return try registry.services(at: revision).objects
        }
        Output.error(
            "warning: the registry no longer knows the services that existed when pod"
                + " \"\(pod.key.name)\" was created; showing those of now that are not younger"
        )
        return try registry.list(.service).objects.filter {
            $0.creationTimestamp <= pod.creationTimestamp
        }
    }
}
