import ArgumentParser
import KubernetesModel
import Registry

/// The pod that a command speaks of: one of the registry, or one in a manifest.
struct PodOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A pod of the registry.", valueName: "name"))
    var pod: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("A manifest with a pod; - for standard input.", valueName: "file")
    )
    var filename: String?

    /// The pod's object; nil if none is named.
    func object(_ namespace: String, _ registry: Registry) throws -> APIObject? {
        guard pod == nil || filename == nil else {
            throw Failure("name either --pod or -f, not both", status: .usage)
        }
        if let filename { return try object(in: filename, namespace) }
        guard let pod else { return nil }
        let name = pod.hasPrefix("pod/") ? String(pod.dropFirst(4)) : pod
        return try registry.get(ObjectKey(kind: .pod, namespace: namespace, name: name))
    }

    /// The pod; nil if none is named.
    func pod(_ namespace: String, _ registry: Registry) throws -> Pod? {
        try object(namespace, registry).map { try Pod($0.defaulted()) }
    }

    private func object(in path: String, _ namespace: String) throws -> APIObject {
        let manifest = ManifestReader(defaultNamespace: namespace).read(paths: [path])
        guard manifest.problems.isEmpty else {
            for problem in manifest.problems { Output.error("error: \(problem)") }
            throw Failure.silent
        }
        let pods = manifest.documents.filter { $0.object.key.kind == .pod }
        guard let pod = pods.first, pods.count == 1 else {
            throw Failure("\(path) has \(pods.count) pods: name a manifest with one")
        }
        return pod.object
    }
}
