import ArgumentParser
import KubernetesModel
import Registry

/// Deletes objects.
struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Delete objects, with what belongs to them.",
        discussion: """
            Examples:
              martlet delete svc web
              martlet delete pod/web-0 pod/web-1 -n shop
              martlet delete -f my-service.yaml
              martlet delete pods -l app=web
              martlet delete services --all
            """
    )

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var namespaces: NamespacesOptions
    @OptionGroup var selection: SelectionOptions

    @Option(
        name: [.short, .long],
        parsing: .singleValue,
        help: ArgumentHelp("Delete what a file, a directory or - holds.", valueName: "file")
    )
    var filename: [String] = []

    @Flag(name: [.customShort("R"), .long], help: "Read directories below directories too.")
    var recursive = false

    @Flag(help: "Delete all objects of the kind in the namespace.")
    var all = false

    @Flag(help: "Succeed if an object doesn't exist.")
    var ignoreNotFound = false

    @Option(help: "client or server: say what would happen, change nothing.")
    var dryRun: DryRun = .none

    @Option(name: [.short, .long], help: "name: print KIND/NAME only.")
    var output: OutputFormat?

    @OptionGroup(visibility: .hidden) var patience: PatienceOptions

    @Argument(
        help: "KIND NAME..., KIND/NAME..., or KIND with -l or --all.",
        completion: .list(ResourceArguments.completions)
    )
    var resources: [String] = []

    func run() throws {
        guard filename.isEmpty != resources.isEmpty else {
            throw Failure("name either files with -f, or objects", status: .usage)
        }
        let manifest = filename.isEmpty ? nil : try read()
        let asked = resources.isEmpty ? nil : try ResourceArguments(resources)
        guard asked?.hasNames != true || selection.isEmpty else {
            throw Failure("name cannot be provided when a selector is specified", status: .usage)
        }
        guard asked?.hasNames != true || !all else {
            throw Failure("name cannot be provided when --all is specified", status: .usage)
        }
        let registry = try registry.open()
        defer { registry.close() }
        let objects = manifest?.documents.reversed().map(\.object) ?? []
        var keys: [ObjectKey] = try objects.filter {
            try selection.filter($0.key.kind).matches($0)
        }.map(\.key)
        for request in asked?.requests ?? [] {
            guard request.names.isEmpty else {
                keys += request.names.map { key(request.kind, $0) }
                continue
            }
            guard all || !selection.isEmpty else {
                throw Failure(
                    "resource(s) were provided, but no name was specified: name objects, or use"
                        + " -l or --all",
                    status: .usage
                )
            }
            try deleteMatching(request.kind, registry)
        }
        try delete(keys, registry)
    }

    private func read() throws -> Manifest {
        let reader = ManifestReader(
            defaultNamespace: namespaces.one.name,
            isRecursive: recursive,
            refusesUnknownFields: false,
            validates: false
        )
        let manifest = reader.read(paths: filename)
        guard manifest.problems.isEmpty else {
            for problem in manifest.problems { Output.error("error: \(problem)") }
            throw Failure.silent
        }
        return manifest
    }

    private func key(_ kind: Kind, _ name: String) -> ObjectKey {
        ObjectKey(
            kind: kind,
            namespace: kind.isNamespaced ? namespaces.one.name : "",
            name: name
        )
    }

    private func deleteMatching(_ kind: Kind, _ registry: Registry) throws {
        let deleted = try registry.delete(
            kind,
            namespace: kind.isNamespaced ? namespaces.name : nil,
            filter: try selection.filter(kind),
            dryRun: dryRun != .none
        )
        guard !deleted.isEmpty else { return Output.error("No resources found") }
        for object in deleted { say(object) }
    }

    private func delete(_ keys: [ObjectKey], _ registry: Registry) throws {
        var failed = false
        for key in keys {
            do {
                say(try registry.delete(key, dryRun: dryRun != .none))
            } catch let error as RegistryError {
                if case .notFound = error, ignoreNotFound { continue }
                Output.error(Failure.text(error))
                failed = true
            }
        }
        if failed { throw Failure.silent }
    }

    private func say(_ object: APIObject) {
        if output == .name { return Output.line(ObjectTitle.name(object)) }
        Output.line("\(ObjectTitle.quoted(object)) deleted\(dryRun.suffix)")
    }
}
