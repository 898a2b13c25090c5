import OrderedCollections

/// Reading and writing of metadata; whatever else `metadata` holds is kept.
extension APIObject {
    /// The part of the metadata that Martlet interprets; fields of a wrong type count as absent.
    public var metadata: ObjectMeta {
        var context = FieldContext()
        return ObjectMeta(reading: fields, key: key, &context)
    }

    /// The object's labels.
    public var labels: OrderedDictionary<String, String> {
        get { fields.strings(at: "metadata", "labels") }
        set { set(newValue.isEmpty ? nil : Value(newValue), at: "metadata", "labels") }
    }

    /// The object's annotations.
    public var annotations: OrderedDictionary<String, String> {
        get { fields.strings(at: "metadata", "annotations") }
        set { set(newValue.isEmpty ? nil : Value(newValue), at: "metadata", "annotations") }
    }

    /// The object's unique identifier; empty before it is stored.
    public var uid: String {
        get { fields.string(at: "metadata", "uid") ?? "" }
        set { setText(newValue, at: "uid") }
    }

    /// The revision of the last write; 0 before the object is stored.
    public var resourceVersion: UInt64 {
        get { fields.string(at: "metadata", "resourceVersion").flatMap { UInt64($0) } ?? 0 }
        set { setText(newValue == 0 ? "" : String(newValue), at: "resourceVersion") }
    }

    /// The creation time as RFC 3339 text; empty before the object is stored.
    public var creationTimestamp: String {
        get { fields.string(at: "metadata", "creationTimestamp") ?? "" }
        set { setText(newValue, at: "creationTimestamp") }
    }

    /// The time of a graceful deletion as RFC 3339 text; empty if there is none.
    public var deletionTimestamp: String {
        get { fields.string(at: "metadata", "deletionTimestamp") ?? "" }
        set { setText(newValue, at: "deletionTimestamp") }
    }

    /// The prefix from which the store makes a name; empty if not given.
    public var generateName: String {
        get { fields.string(at: "metadata", "generateName") ?? "" }
        set { setText(newValue, at: "generateName") }
    }

    /// The count of changes to `spec`; 0 if not kept.
    public var generation: Int64 {
        get { fields.integer(at: "metadata", "generation") ?? 0 }
        set { set(newValue == 0 ? nil : .integer(newValue), at: "metadata", "generation") }
    }

    /// All owners of the object, controller or not.
    public var ownerReferences: [OwnerReference] {
        (fields.array(at: "metadata", "ownerReferences") ?? []).map { item in
            OwnerReference(
                kind: item["kind"]?.string ?? "",
                name: item["name"]?.string ?? "",
                uid: item["uid"]?.string ?? ""
            )
        }
    }

    /// Makes `owner` the object's only owner and its controller.
    public mutating func setController(_ owner: OwnerReference) {
        set([owner.controllerFields], at: "metadata", "ownerReferences")
    }

    /// The value behind a path of keys; nil if there is none.
    public func value(at path: String...) -> Value? { fields.value(at: path) }

    /// Sets the value behind a path of keys, keeping everything beside it; nil removes it.
    ///
    /// The identity (`key`) is not touched: use ``init(_:defaultNamespace:)`` to make another.
    public mutating func set(_ value: Value?, at path: String...) {
        fields.set(value, at: path[...])
    }

    private mutating func setText(_ text: String, at field: String) {
        set(text.isEmpty ? nil : .string(text), at: "metadata", field)
    }
}

extension OwnerReference {
    /// The reference as a field value that says "controls".
    var controllerFields: Value {
        [
            "apiVersion": .string(Kind(rawValue: kind)?.apiVersion ?? "v1"),
            "blockOwnerDeletion": true, "controller": true, "kind": .string(kind),
            "name": .string(name), "uid": .string(uid),
        ]
    }
}

extension ObjectMeta {
    /// Reads the metadata of an object whose identity is known.
    init(reading fields: Fields, key: ObjectKey, _ context: inout FieldContext) {
        self.init(name: key.name, namespace: key.namespace)
        _ = context.inside(fields, "metadata") { context, metadata in
            labels = context.stringMap(metadata, "labels")
            annotations = context.stringMap(metadata, "annotations")
            uid = context.string(metadata, "uid")
            creationTimestamp = context.string(metadata, "creationTimestamp")
            isTerminating = !context.string(metadata, "deletionTimestamp").isEmpty
            let version = context.string(metadata, "resourceVersion")
            if !version.isEmpty {
                if let number = UInt64(version) {
                    resourceVersion = number
                } else {
                    context.report(
                        .invalid,
                        "resourceVersion",
                        .string(version),
                        "must be a decimal number"
                    )
                }
            }
            let owners = context.each(metadata, "ownerReferences") { context, owner in
                let isController = context.bool(owner, "controller") ?? false
                let reference = OwnerReference(
                    kind: context.string(owner, "kind"),
                    name: context.string(owner, "name"),
                    uid: context.string(owner, "uid")
                )
                return isController ? reference : nil
            }
            controller = owners.first
        }
    }
}
