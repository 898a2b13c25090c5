import ArgumentParser
import KubernetesModel
import Registry

/// Makes the registry hold what manifests say.
struct Apply: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the registry hold what manifests say, all of it or nothing.",
        discussion: """
            Examples:
              martlet apply -f my-service.yaml
              martlet apply -f zones/demo
              helm template my-chart | martlet apply -f -
              martlet apply -f shop -l app=web
              martlet apply -f shop --prune -l app=shop

            Kinds that have no part in discovery, such as ConfigMap, are named and skipped. \
            Deployments, ReplicaSets, StatefulSets and DaemonSets become simulated pods.
            """
    )

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var namespace: NamespaceOptions
    @OptionGroup var settings: SettingsOptions

    @Option(
        name: [.short, .long],
        parsing: .singleValue,
        help: ArgumentHelp("A file, a directory, or - for standard input.", valueName: "file")
    )
    var filename: [String] = []

    @Flag(name: [.customShort("R"), .long], help: "Read directories below directories too.")
    var recursive = false

    @Flag(
        help: ArgumentHelp(
            "Delete applied objects that the manifests no longer hold.",
            discussion: "In the manifests' namespaces; with -l or --all, those that match."
        )
    )
    var prune = false

    @Option(
        name: [.customShort("l"), .long],
        help: ArgumentHelp("Only objects with these labels.", valueName: "selector")
    )
    var selector = ""

    @Flag(help: "With --prune: objects of all namespaces.")
    var all = false

    @Option(help: "client or server: say what would happen, change nothing.")
    var dryRun: DryRun = .none

    @Option(name: [.short, .long], help: "Print yaml, json or name instead of messages.")
    var output: OutputFormat?

    func run() throws {
        guard !filename.isEmpty else {
            throw Failure("must specify one of -f FILE, -f DIR or -f -", status: .usage)
        }
        guard prune || !all else { throw Failure("--all needs --prune", status: .usage) }
        let labels = try labels()
        let reader = ManifestReader(
            defaultNamespace: namespace.name,
            isRecursive: recursive
        )
        let manifest = reader.read(paths: filename)
        if let summary = manifest.skippedSummary { Output.error(summary) }
        guard manifest.problems.isEmpty else {
            for problem in manifest.problems { Output.error("error: \(problem)") }
            try tellMore(about: manifest, labels)
            Output.error("nothing was applied")
            throw Failure.silent
        }
        let documents = manifest.documents.filter { labels.matches($0.object.labels) }
        guard !documents.isEmpty || (prune && !manifest.documents.isEmpty) else {
            if manifest.skipped.isEmpty { throw nothing(hasManifests: !manifest.documents.isEmpty) }
            if !selector.isEmpty { Output.error("no other object matches -l \(selector)") }
            return
        }
        let registry = try registry.open(try settings.requested())
        defer { registry.close() }
        do {
            try show(
                registry.apply(
                    documents.map { ApplyItem($0.object, source: $0.place.description) },
                    prune: pruning(labels),
                    dryRun: dryRun != .none
                )
            )
        } catch let error as RegistryError {
            guard case .rejected = error else { throw error }
            Output.error("\(Failure.text(error))\nnothing was applied")
            throw Failure.silent
        }
    }

    /// Tells what only the registry can see to be wrong with the objects that were read, so that
    /// everything can be mended at once.
    private func tellMore(about manifest: Manifest, _ labels: LabelSelector) throws {
        let mistaken = Set(manifest.problems.map(\.place))
        let documents = manifest.documents.filter {
            !mistaken.contains($0.place) && labels.matches($0.object.labels)
        }
        guard !documents.isEmpty else { return }
        let registry = try registry.open(try settings.requested())
        defer { registry.close() }
        let items = documents.map { ApplyItem($0.object, source: $0.place.description) }
        do {
            _ = try registry.apply(items, dryRun: true)
        } catch RegistryError.rejected(let problems) {
            let objects = Set(manifest.problems.compactMap(\.object))
            let others = problems.filter { problem in
                // A namespace that is missing because it is mistaken was told of already.
                if case .notFound(let key) = problem.error { return !objects.contains(key) }
                return true
            }
            if !others.isEmpty { Output.error(Failure.text(.rejected(others))) }
        }
    }

    private func labels() throws -> LabelSelector {
        do throws(SelectorError) {
            return try LabelSelector(parsing: selector)
        } catch {
            throw Failure("-l \(selector): \(error)", status: .usage)
        }
    }

    /// The failure of a command that was given nothing, with where it looked.
    private func nothing(hasManifests: Bool) -> Failure {
        let message = "no objects passed to apply"
        guard !hasManifests else { return Failure(message) }
        return Failure(
            "\(message): no manifest in \(filename.joined(separator: ", "))"
                + "; of a directory, files named .yaml, .yml or .json are read"
                + (recursive ? "" : ", and with -R those of directories below it")
        )
    }

    private func pruning(_ labels: LabelSelector) -> Prune {
        guard prune else { return .none }
        guard selector.isEmpty else { return .matching(ObjectFilter(labels: labels)) }
        return all ? .matching(.all) : .visitedNamespaces
    }

    private func show(_ outcome: ApplyOutcome) throws {
        if let output, output != .name {
            let objects = outcome.results.filter { $0.action != .pruned }.map(\.object)
            Output.write(try ObjectText.text(objects, isSingle: objects.count == 1, output))
            return
        }
        for result in outcome.results {
            let name = ObjectTitle.name(result.object)
            let action = output == .name ? "" : " \(result.action.rawValue)\(dryRun.suffix)"
            Output.line(name + action)
        }
    }
}

/// Whether a command keeps what it does.
enum DryRun: String, ExpressibleByArgument, CaseIterable {
    /// It keeps it.
    case none
    /// It doesn't; as there is no server in between, the same as `server`.
    case client
    /// It doesn't.
    case server

    /// What messages end with.
    var suffix: String {
        switch self {
        case .none: ""
        case .client: " (dry run)"
        case .server: " (server dry run)"
        }
    }
}

/// Objects as kubectl names them in messages.
enum ObjectTitle {
    /// An object as `service/web`.
    static func name(_ object: APIObject) -> String {
        "\(object.key.kind.qualifiedSingular)/\(object.key.name)"
    }

    /// An object as `service "web"`.
    static func quoted(_ object: APIObject) -> String {
        "\(object.key.kind.qualifiedSingular) \"\(object.key.name)\""
    }
}
