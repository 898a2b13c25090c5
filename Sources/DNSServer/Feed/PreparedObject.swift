internal import ClusterView
internal import KubernetesModel
internal import Registry

/// What a stored object is to the index.
enum PreparedObject: Sendable {
    case namespace(Namespace)
    case service(PreparedService)
    case slice(PreparedSlice)
    case pod(Pod)
    /// One that can't be understood, and why.
    case broken(String)

    /// Decodes an object; of its text only what DNS needs, where that is enough.
    init(_ stored: StoredObject, _ options: ClusterIndex.Options) {
        if let scanned = PreparedObject.scan(stored, options) {
            self = scanned
            return
        }
        do {
            let object = try stored.object()
            switch object.key.kind {
            case .service: self = .service(PreparedService(try Service(object)))
            case .endpointSlice:
                self = .slice(PreparedSlice(try EndpointSlice(object), options))
            case .pod: self = .pod(try Pod(object))
            default: self = .namespace(try Namespace(object))
            }
        } catch {
            let key = stored.key
            self = .broken("\(key.kind.rawValue) \(key.namespace)/\(key.name): \(error)")
        }
    }

    private static func scan(
        _ stored: StoredObject,
        _ options: ClusterIndex.Options
    ) -> PreparedObject? {
        // Labels are not scanned for.
        guard let json = stored.json, !options.readsLabels else { return nil }
        switch stored.key.kind {
        case .service:
            return PreparedService(scanning: json, key: stored.key).map { .service($0) }
        case .endpointSlice:
            return PreparedSlice(scanning: json, key: stored.key, options).map { .slice($0) }
        default: return nil
        }
    }
}
