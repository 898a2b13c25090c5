public import KubernetesModel
internal import Registry

/// A pod of this node, as its record and the registry have it.
public struct PodStatus: Sendable {
    /// The pod's record.
    public let record: PodRecord
    /// Whether services send to it.
    public let isReady: Bool
    /// What it does, in a word.
    public let status: String

    /// Looks at pods.
    ///
    /// - Parameters:
    ///   - pods: Their directories; those that are just being made are left out.
    ///   - registry: The registry.
    /// - Returns: The pods, in the same order.
    /// - Throws: ``PodError`` or `RegistryError` if a record or the registry can't be read.
    public static func all(_ pods: [PodDirectory], _ registry: PodRegistry) throws -> [PodStatus] {
        let records = try pods.compactMap { pod in try pod.record().map { (pod, $0) } }
        guard !records.isEmpty else { return [] }
        return try registry.with { registry in
            try records.map { pod, record in
                let key = ObjectKey(kind: .pod, namespace: record.namespace, name: record.name)
                let object = try registry.store.read { try $0.get(key) }
                let known = try object.flatMap { $0.uid == record.uid ? try Pod($0) : nil }
                return PodStatus(record, known, isAttended: pod.isAttended)
            }
        }
    }

    private init(_ record: PodRecord, _ pod: Pod?, isAttended: Bool) {
        self.record = record
        if let code = record.status {
            status = code == 0 ? "Completed" : "Error(\(code))"
        } else if !isAttended {
            status = "Lost"
        } else if pod?.metadata.isTerminating ?? true {
            status = "Terminating"
        } else {
            status = pod?.phase.rawValue ?? "Unknown"
        }
        isReady = isAttended && record.status == nil && pod?.isReady ?? false
    }

    /// The pod as JSON.
    public var fields: Fields {
        var fields = record.fields
        fields["ready"] = .bool(isReady)
        fields["state"] = .string(status)
        return fields
    }
}
