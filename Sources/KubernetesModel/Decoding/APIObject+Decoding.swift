import OrderedCollections

extension APIObject {
    /// Runs a reader over the object's fields and throws what it found wrong.
    func decoded<Result>(
        _ read: (inout FieldContext, Fields) -> Result
    ) throws(ValidationErrors) -> Result {
        var context = FieldContext()
        let result = read(&context, fields)
        guard context.errors.isEmpty else {
            throw ValidationErrors(kind: key.kind, name: key.name, errors: context.errors)
        }
        return result
    }

    /// Creates an object from the value of a manifest, finding its identity.
    ///
    /// A namespaced object without namespace gets `defaultNamespace`, in its fields too.
    /// - Throws: ``ValidationErrors`` if the kind is not one that the registry holds, or the
    ///   identity is missing or no text.
    public init(
        _ value: Value,
        defaultNamespace: String = "default"
    ) throws(ValidationErrors) {
        guard case .object(var fields) = value else {
            let error = FieldError(
                .typeInvalid,
                field: "",
                badValue: value,
                detail: "an object must be a mapping, not \(value.typeName)"
            )
            throw ValidationErrors(kind: "Object", name: "", errors: [error])
        }
        var context = FieldContext()
        let apiVersion = context.string(fields, "apiVersion")
        let kindName = context.string(fields, "kind")
        let metadata = context.object(fields, "metadata") ?? [:]
        let (name, givenNamespace) = context.at("metadata") { context in
            (context.string(metadata, "name"), context.string(metadata, "namespace"))
        }
        if kindName.isEmpty { context.report(.required, "kind") }
        if apiVersion.isEmpty { context.report(.required, "apiVersion") }
        let kind = Kind(apiVersion: apiVersion, kind: kindName)
        if kind == nil, context.errors.isEmpty {
            let reason = KindNames.mistake(apiVersion, kindName)
            context.report(.notSupported, "kind", .string(kindName), reason)
        }
        guard let kind, context.errors.isEmpty else {
            throw ValidationErrors(
                kind: kindName.isEmpty ? "Object" : kindName,
                name: name,
                errors: context.errors
            )
        }
        var namespace = givenNamespace
        if kind.isNamespaced, namespace.isEmpty {
            namespace = defaultNamespace
            fields.set(.string(namespace), at: "metadata", "namespace")
        } else if !kind.isNamespaced {
            // Published manifests carry a namespace here now and then; the API server drops it.
            namespace = ""
            fields.set(nil, at: "metadata", "namespace")
        }
        self.init(
            key: ObjectKey(kind: kind, namespace: namespace, name: name),
            fields: fields
        )
    }
}

extension Namespace {
    /// Reads a namespace from an object.
    ///
    /// - Throws: ``ValidationErrors`` that name every field of a wrong type.
    public init(_ object: APIObject) throws(ValidationErrors) {
        self = try object.decoded { context, fields in
            Namespace(metadata: ObjectMeta(reading: fields, key: object.key, &context))
        }
    }
}

extension Node {
    /// Reads a node from an object.
    ///
    /// - Throws: ``ValidationErrors`` that name every field of a wrong type.
    public init(_ object: APIObject) throws(ValidationErrors) {
        self = try object.decoded { context, fields in
            Node(metadata: ObjectMeta(reading: fields, key: object.key, &context))
        }
    }
}
