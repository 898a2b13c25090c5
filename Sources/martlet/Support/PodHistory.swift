import KubernetesModel
import Registry

/// What the change log tells about a pod.
enum PodHistory {
    /// The changes that are read at once.
    private static let batchCount = 1000

    /// The revision at which a pod was created; nil if the log does not reach back so far.
    static func creation(of pod: APIObject, in store: any RegistryStore) throws -> Revision? {
        var revision: Revision = 0
        while true {
            let batch: ChangeBatch
            do {
                batch = try store.changes(after: revision, limit: batchCount)
            } catch RegistryError.compacted(_, let oldest) where oldest > revision {
                revision = oldest
                continue
            }
            let creation = batch.changes.first { change in
                change.type == .added && change.object.key == pod.key
                    && change.object.uid == pod.uid
            }
            if let creation { return creation.revision }
            guard batch.revision > revision else { return nil }
            revision = batch.revision
        }
    }
}
