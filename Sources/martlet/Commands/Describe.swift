import ArgumentParser
import KubernetesModel
import Registry

/// Shows all about objects.
struct Describe: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show all about objects, with the names under which DNS knows them.",
        discussion: """
            Examples:
              martlet describe svc web -n shop
              martlet describe pods -l app=web
            """
    )

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var namespaces: NamespacesOptions
    @OptionGroup var selection: SelectionOptions

    @Argument(
        help: "KIND, KIND NAME..., or KIND/NAME...",
        completion: .list(ResourceArguments.completions)
    )
    var resources: [String] = []

    func run() throws {
        let asked = try ResourceArguments(resources)
        let registry = try registry.open()
        defer { registry.close() }
        var objects: [APIObject] = []
        for request in asked.requests {
            let space = request.kind.isNamespaced ? namespaces.name : nil
            if request.names.isEmpty {
                objects += try registry.list(
                    request.kind,
                    namespace: space,
                    filter: try selection.filter(request.kind)
                ).objects
            } else {
                objects += try request.names.map { name in
                    let space = request.kind.isNamespaced ? namespaces.one.name : ""
                    return try registry.get(
                        ObjectKey(kind: request.kind, namespace: space, name: name)
                    )
                }
            }
        }
        guard !objects.isEmpty else {
            let place = namespaces.name.map { " in \($0) namespace." } ?? ""
            return Output.error("No resources found\(place)")
        }
        for (index, object) in objects.enumerated() {
            if index > 0 { Output.write("\n\n") }
            let slices = try slices(of: object, registry)
            Output.write(
                Description(object, slices: slices, domain: registry.settings.clusterDomain).text
            )
        }
    }

    private func slices(of object: APIObject, _ registry: Registry) throws -> [EndpointSlice] {
        guard object.key.kind == .service else { return [] }
        let label = "\(EndpointSlice.serviceNameLabel)=\(object.key.name)"
        return try registry.list(
            .endpointSlice,
            namespace: object.key.namespace,
            filter: try ObjectFilter(labels: label, kind: .endpointSlice)
        ).objects.map { try EndpointSlice($0) }
    }
}
