internal import ClusterView
internal import Dispatch
internal import KubernetesModel
internal import Plugins
internal import Registry
internal import Synchronization

/// Fills an index from a registry, with all cores at work on the objects' text.
struct ViewLoader {
    /// Objects that are decoded together: enough to keep the cores busy, few enough that their
    /// text takes little memory.
    private static let chunkCount = 2048

    /// What an object is to the index.
    private enum Prepared: Sendable {
        case namespace(String)
        case service(PreparedService)
        case slice(PreparedSlice)
        case pod(Pod)
        case broken(String)
    }

    private let log: LogSink
    private(set) var index: ClusterIndex
    private var waiting: [StoredObject] = []

    /// Starts with an empty index.
    init(_ options: ClusterIndex.Options, _ log: LogSink) {
        self.log = log
        index = ClusterIndex(options: options)
    }

    /// Reads everything that matters to the view.
    ///
    /// - Returns: The revision that was read.
    mutating func load(_ store: any RegistryStore) throws -> Revision {
        try store.read { reader in
            for kind in [Kind.namespace, .service, .endpointSlice, .pod] {
                // Pods matter only where their names are verified.
                if kind == .pod, !index.options.indexesPods { continue }
                try reader.forEachStored(kind) { object in
                    waiting.append(object)
                    if waiting.count == ViewLoader.chunkCount { takeWaiting() }
                }
            }
            takeWaiting()
            return try reader.revision
        }
    }

    /// Decodes what is waiting on all cores, and takes it over in order.
    private mutating func takeWaiting() {
        let objects = waiting
        waiting.removeAll(keepingCapacity: true)
        let options = index.options
        let parts = 8
        let results = Mutex([[Prepared]](repeating: [], count: parts))
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            let range = (objects.count * part / parts)..<(objects.count * (part + 1) / parts)
            let prepared = objects[range].map { ViewLoader.prepare($0, options) }
            results.withLock { $0[part] = prepared }
        }
        for prepared in results.withLock({ $0 }).joined() { take(prepared) }
    }

    private static func prepare(
        _ stored: StoredObject,
        _ options: ClusterIndex.Options
    ) -> Prepared {
        do {
            let object = try stored.object()
            switch object.key.kind {
            case .service: return .service(PreparedService(try Service(object)))
            case .endpointSlice:
                return .slice(PreparedSlice(try EndpointSlice(object), options))
            case .pod: return .pod(try Pod(object))
            default: return .namespace(object.key.name)
            }
        } catch {
            let key = stored.key
            return .broken("\(key.kind.rawValue) \(key.namespace)/\(key.name): \(error)")
        }
    }

    private mutating func take(_ prepared: Prepared) {
        switch prepared {
        case .namespace(let name): index.addNamespace(name)
        case .service(let service): index.update(service)
        case .slice(let slice): index.update(slice)
        case .pod(let pod): index.update(pod)
        case .broken(let text): log.write("[ERROR] registry: \(text)")
        }
    }
}
