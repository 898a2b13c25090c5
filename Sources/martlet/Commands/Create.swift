import ArgumentParser
import KubernetesModel
import Registry

/// Creates objects.
struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Create an object from flags, or objects from files.",
        discussion: """
            Examples:
              martlet create namespace shop
              martlet create service clusterip web --tcp=80:8080 -n shop
              martlet create -f my-service.yaml
            """,
        subcommands: [CreateNamespace.self, CreateService.self, CreatePod.self]
    )

    @OptionGroup var creation: CreationOptions

    @Option(
        name: [.short, .long],
        parsing: .singleValue,
        help: ArgumentHelp("A file, a directory, or - for standard input.", valueName: "file")
    )
    var filename: [String] = []

    func run() throws {
        guard !filename.isEmpty else {
            throw Failure(
                "must specify -f FILE, or what to create: namespace, service or pod",
                status: .usage
            )
        }
        let manifest = ManifestReader(defaultNamespace: creation.namespace.name)
            .read(paths: filename)
        if let summary = manifest.skippedSummary { Output.error(summary) }
        guard manifest.problems.isEmpty else {
            for problem in manifest.problems { Output.error("error: \(problem)") }
            throw Failure.silent
        }
        try creation.create(manifest.documents.map(\.object))
    }
}

/// How objects are created.
struct CreationOptions: ParsableArguments {
    @OptionGroup var registry: RegistryOptions
    @OptionGroup var namespace: NamespaceOptions

    @Option(help: "client or server: say what would happen, change nothing.")
    var dryRun: DryRun = .none

    @Option(name: [.short, .long], help: "Print yaml, json or name instead of a message.")
    var output: OutputFormat?

    /// Creates an object from its fields; the identity and the API version are filled in.
    func create(_ kind: Kind, _ name: String, _ fields: Fields, labels: Fields = [:]) throws {
        var metadata: Fields = ["name": .string(name)]
        if !labels.isEmpty { metadata["labels"] = .object(labels) }
        if kind.isNamespaced { metadata["namespace"] = .string(namespace.name) }
        var all: Fields = [
            "apiVersion": .string(kind.apiVersion), "kind": .string(kind.rawValue),
            "metadata": .object(metadata),
        ]
        all.merge(fields) { $1 }
        let space = kind.isNamespaced ? namespace.name : ""
        try create([
            APIObject(key: ObjectKey(kind: kind, namespace: space, name: name), fields: all)
        ])
    }

    /// Creates objects one after the other.
    func create(_ objects: [APIObject]) throws {
        guard dryRun != .client else {
            for object in objects { try show(object) }
            return
        }
        let registry = try registry.open()
        defer { registry.close() }
        var failed = false
        for object in objects {
            do {
                try show(try registry.create(object, dryRun: dryRun != .none))
            } catch let error as RegistryError where objects.count > 1 {
                Output.error(Failure.text(error))
                failed = true
            }
        }
        if failed { throw Failure.silent }
    }

    private func show(_ object: APIObject) throws {
        guard let output else {
            return Output.line("\(ObjectTitle.name(object)) created\(dryRun.suffix)")
        }
        if output == .yaml, dryRun == .none { Output.line("---") }
        Output.write(try ObjectText.text([object], isSingle: true, output))
    }
}

/// Creates a namespace.
struct CreateNamespace: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "namespace",
        abstract: "Create a namespace.",
        discussion: "Example:\n  martlet create namespace shop",
        aliases: ["ns"]
    )

    @OptionGroup var creation: CreationOptions
    @Argument(help: "The namespace's name.") var name: String

    func run() throws { try creation.create(.namespace, name, [:]) }
}

/// Creates a pod.
struct CreatePod: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pod",
        abstract: "Create a simulated pod: an address that services can select.",
        discussion: """
            Examples:
              martlet create pod web-0 --labels=app=web --port=8080
              martlet create pod db-0 --labels=app=db --hostname=db-0 --subdomain=db
            """,
        aliases: ["po"]
    )

    @OptionGroup var creation: CreationOptions
    @Option(help: "The image of the pod's container.") var image = "none"
    @Option(name: [.short, .long], help: "Labels: a=b,c=d (default: run=NAME).")
    var labels: String?
    @Option(parsing: .singleValue, help: "A port of the container: [NAME=]NUMBER; repeatable.")
    var port: [String] = []
    @Option(help: "The pod's hostname.") var hostname: String?
    @Option(help: "The headless service whose names the pod has.") var subdomain: String?
    @Option(help: "The node that the pod runs on.") var node: String?
    @Argument(help: "The pod's name.") var name: String

    func run() throws {
        var container: Fields = ["name": .string(name), "image": .string(image)]
        if !port.isEmpty { container["ports"] = .array(try port.map(containerPort)) }
        var spec: Fields = ["containers": [.object(container)]]
        if let hostname { spec["hostname"] = .string(hostname) }
        if let subdomain { spec["subdomain"] = .string(subdomain) }
        if let node { spec["nodeName"] = .string(node) }
        var pairs: Fields = [:]
        for pair in (labels ?? "run=\(name)").split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw Failure("--labels: '\(pair)' is no label, write KEY=VALUE", status: .usage)
            }
            pairs[String(parts[0])] = .string(String(parts[1]))
        }
        try creation.create(.pod, name, ["spec": .object(spec)], labels: pairs)
    }

    private func containerPort(_ text: String) throws -> Value {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard let number = parts.last.flatMap({ Int64($0) }), (1...65_535).contains(number) else {
            throw Failure("--port \(text): write [NAME=]NUMBER, 1 to 65535", status: .usage)
        }
        var fields: Fields = ["containerPort": .integer(number)]
        if parts.count == 2 { fields["name"] = .string(parts[0]) }
        return .object(fields)
    }
}
