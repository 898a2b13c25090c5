import ArgumentParser
import Glibc
import KubernetesModel
import Registry

/// Shows objects.
struct Get: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show objects as a table, YAML, JSON or through a template.",
        discussion: """
            Examples:
              martlet get services -A
              martlet get svc,po -n shop -o wide
              martlet get pod/web-0 -o yaml
              martlet get svc web -o jsonpath='{.spec.clusterIP}'
              martlet get endpointslices -l kubernetes.io/service-name=web --watch
            """
    )

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var namespaces: NamespacesOptions
    @OptionGroup var selection: SelectionOptions

    @Option(name: [.short, .long], help: "wide, yaml, json, name or jsonpath=TEMPLATE.")
    var output: OutputFormat?

    /// The format that `-o` asks for; without it, a table.
    var format: OutputFormat { output ?? .table(isWide: false) }

    @Flag(name: [.short, .long], help: "After the objects, show every change to them.")
    var watch = false

    @Flag(help: "Show changes only.")
    var watchOnly = false

    @Flag(help: "Print no titles of columns.")
    var noHeaders = false

    @Flag(help: "Show labels in a last column.")
    var showLabels = false

    @Flag(help: "Print nothing, and succeed, if a named object doesn't exist.")
    var ignoreNotFound = false

    @Argument(
        help: "KIND[,KIND], KIND NAME..., or KIND/NAME...",
        completion: .list(ResourceArguments.completions)
    )
    var resources: [String] = []

    func run() throws {
        let asked = try ResourceArguments(resources)
        guard !asked.hasNames || selection.isEmpty else {
            throw Failure("name cannot be provided when a selector is specified", status: .usage)
        }
        guard !asked.hasNames || !namespaces.allNamespaces else {
            throw Failure(
                "a resource cannot be retrieved by name across all namespaces",
                status: .usage
            )
        }
        let registry = try registry.open()
        defer { registry.close() }
        if watch || watchOnly {
            guard asked.requests.count == 1, let request = asked.requests.first else {
                throw Failure("you may only specify a single resource type", status: .usage)
            }
            return try Watcher(command: self, registry: registry, request: request).run()
        }
        var groups: [(kind: Kind, objects: [APIObject])] = []
        var missing: [RegistryError] = []
        for request in asked.requests {
            groups.append((request.kind, try objects(request, registry, &missing)))
        }
        try show(groups, isSingle: asked.requests.count == 1 && asked.requests[0].names.count == 1)
        for error in missing { Output.error(Failure.text(error)) }
        if !missing.isEmpty { throw Failure.silent }
    }

    /// The objects of a request; those that don't exist are collected.
    private func objects(
        _ request: ResourceArguments.Request,
        _ registry: Registry,
        _ missing: inout [RegistryError]
    ) throws -> [APIObject] {
        guard !request.names.isEmpty else {
            return try registry.list(
                request.kind,
                namespace: namespace(request.kind),
                filter: try selection.filter(request.kind)
            ).objects
        }
        var objects: [APIObject] = []
        for name in request.names {
            do {
                objects.append(try registry.get(key(request.kind, name)))
            } catch let error as RegistryError {
                guard case .notFound = error else { throw error }
                if !ignoreNotFound { missing.append(error) }
            }
        }
        return objects
    }

    /// The only namespace to look in; nil for all, and for kinds without namespaces.
    func namespace(_ kind: Kind) -> String? {
        kind.isNamespaced ? namespaces.name : nil
    }

    private func key(_ kind: Kind, _ name: String) -> ObjectKey {
        ObjectKey(kind: kind, namespace: namespace(kind) ?? "", name: name)
    }

    private func show(
        _ groups: [(kind: Kind, objects: [APIObject])],
        isSingle: Bool
    ) throws {
        guard case .table(let isWide) = format else {
            Output.write(try ObjectText.text(groups.flatMap(\.objects), isSingle: isSingle, format))
            return
        }
        let filled = groups.filter { !$0.objects.isEmpty }
        if filled.isEmpty {
            guard !isSingle, !ignoreNotFound else { return }
            let isNamespaced = groups.contains { $0.kind.isNamespaced }
            let place = isNamespaced ? namespaces.name.map { " in \($0) namespace." } : nil
            return Output.error("No resources found\(place ?? "")")
        }
        for (index, group) in filled.enumerated() {
            if index > 0 { Output.write("\n") }
            let table = table(group.kind, group.objects, isWide, namesKind: groups.count > 1)
            Output.write(table.text(showsTitles: !noHeaders))
        }
    }

    /// The table of a kind's objects with the columns that the flags ask for.
    func table(
        _ kind: Kind,
        _ objects: [APIObject],
        _ isWide: Bool,
        namesKind: Bool = false
    ) -> Table {
        var table = ObjectTable(kind: kind, isWide: isWide, now: Timestamp.now).table(objects)
        if namesKind {
            for index in table.rows.indices {
                table.rows[index][0] = "\(kind.qualifiedSingular)/\(table.rows[index][0])"
            }
        }
        if kind.isNamespaced, namespaces.allNamespaces {
            table.prepend("NAMESPACE", objects.map(\.key.namespace))
        }
        if showLabels { table.append("LABELS", objects.map { LabelText.labels($0.labels) }) }
        return table
    }
}
