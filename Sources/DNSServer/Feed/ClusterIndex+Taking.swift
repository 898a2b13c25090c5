internal import ClusterView
internal import KubernetesModel
internal import Plugins
internal import Registry

extension ClusterIndex {
    /// Takes over a change.
    ///
    /// - Returns: Whether other endpoints are ready than before in a slice.
    mutating func take(_ change: StoredChange, _ log: LogSink) -> Bool {
        let key = change.object.key
        guard change.isDeletion else {
            return isShown(key.kind) ? take(PreparedObject(change.object, options), log) : false
        }
        switch key.kind {
        case .namespace: removeNamespace(key.name)
        case .service: removeService(namespace: key.namespace, name: key.name)
        case .endpointSlice: removeSlice(namespace: key.namespace, name: key.name)
        case .pod: removePod(namespace: key.namespace, name: key.name)
        default: break
        }
        return false
    }

    /// Takes over an object; one that can't be understood is named in the log and left out.
    ///
    /// - Returns: Whether other endpoints are ready than before in a slice.
    @discardableResult
    mutating func take(_ object: PreparedObject, _ log: LogSink) -> Bool {
        switch object {
        case .namespace(let namespace): update(namespace)
        case .service(let service): update(service)
        case .slice(let slice): return update(slice)
        case .pod(let pod): update(pod)
        case .broken(let text): log.write("[ERROR] registry: \(text)")
        }
        return false
    }

    /// Whether objects of a kind have a part in the view.
    func isShown(_ kind: Kind) -> Bool {
        switch kind {
        case .namespace, .service, .endpointSlice: true
        // Pods matter only where their names are verified.
        case .pod: options.indexesPods
        default: false
        }
    }
}
