import KubernetesModel
import OrderedCollections

/// The template of a workload's pods, prepared so that each pod costs little.
struct PodTemplate {
    /// The start of the pods' names.
    let namePrefix: String
    /// The label that tells pods of this template from pods of an earlier one; nil for a
    /// ReplicaSet, whose pods outlive a change of its template.
    let hashLabel: (key: String, value: String)?
    private let namespace: String
    private let base: Fields

    init(_ workload: Workload) {
        let name = workload.metadata.name
        let hash = PodTemplate.hash(workload)
        switch workload.kind {
        case .deployment:
            namePrefix = "\(name)-\(hash)-"
            hashLabel = ("pod-template-hash", hash)
        case .statefulSet, .daemonSet:
            namePrefix = "\(name)-"
            hashLabel = ("controller-revision-hash", "\(name)-\(hash)")
        default:
            namePrefix = "\(name)-"
            hashLabel = nil
        }
        namespace = workload.metadata.namespace
        var labels = workload.templateLabels
        if let hashLabel { labels[hashLabel.key] = hashLabel.value }
        var metadata: Fields = ["name": "", "namespace": .string(namespace)]
        if workload.kind != .statefulSet { metadata["generateName"] = .string(namePrefix) }
        if !labels.isEmpty { metadata["labels"] = Value(labels) }
        if !workload.templateAnnotations.isEmpty {
            metadata["annotations"] = Value(workload.templateAnnotations)
        }
        let owner = OwnerReference(
            kind: workload.kind.rawValue,
            name: name,
            uid: workload.metadata.uid
        )
        var object = APIObject(
            key: ObjectKey(kind: .pod, namespace: namespace, name: ""),
            fields: ["apiVersion": "v1", "kind": "Pod", "metadata": .object(metadata)]
        )
        object.setController(owner)
        object.fields["spec"] = .object(workload.podSpec)
        object = object.defaulted()
        object.fields["status"] = nil
        base = object.fields
    }

    /// Makes a pod of the template, without status.
    func pod(name: String) -> APIObject {
        var fields = base
        fields.set(.string(name), at: "metadata", "name")
        return APIObject(
            key: ObjectKey(kind: .pod, namespace: namespace, name: name),
            fields: fields
        )
    }

    /// A short text that changes with the template: FNV-1a over its canonical JSON, written in the
    /// alphabet of generated names.
    private static func hash(_ workload: Workload) -> String {
        let template: Fields = [
            "labels": Value(workload.templateLabels),
            "annotations": Value(workload.templateAnnotations),
            "spec": .object(workload.podSpec),
            "service": .string(workload.serviceName),
        ]
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for octet in JSONWriter.compactOctets(template.sortedByKey) {
            hash = (hash ^ UInt64(octet)) &* 0x100_0000_01B3
        }
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        var text = ""
        for _ in 0..<9 {
            text.append(alphabet[Int(hash % UInt64(alphabet.count))])
            hash /= UInt64(alphabet.count)
        }
        return text
    }
}
