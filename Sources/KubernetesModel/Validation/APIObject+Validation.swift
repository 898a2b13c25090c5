import OrderedCollections

extension APIObject {
    /// Checks the object by the rules of the API server; call it on the defaulted object.
    ///
    /// - Parameter old: The stored object that this one replaces, if any: its immutable fields
    ///   must be the same.
    /// - Throws: ``ValidationErrors`` with everything that is wrong.
    public func validate(replacing old: APIObject? = nil) throws(ValidationErrors) {
        let errors = validationErrors(replacing: old)
        guard errors.isEmpty else {
            throw ValidationErrors(kind: key.kind, name: key.name, errors: errors)
        }
    }

    /// Lists everything that is wrong with the object by the rules of the API server.
    public func validationErrors(replacing old: APIObject? = nil) -> [FieldError] {
        var context = FieldContext()
        if let old { checkMetadataUpdate(old, &context) }
        switch key.kind {
        case .service: checkService(old, &context)
        case .pod: checkPod(old, &context)
        case .endpointSlice: checkEndpointSlice(old, &context)
        case .endpoints: checkEndpoints(&context)
        case .deployment, .replicaSet, .statefulSet, .daemonSet: checkWorkload(old, &context)
        case .namespace, .node:
            checkMetadata(ObjectMeta(reading: fields, key: key, &context), &context)
        }
        return context.errors
    }

    /// Checks name, namespace, labels and annotations; a stored object's name isn't asked again.
    func checkMetadata(_ metadata: ObjectMeta, _ context: inout FieldContext) {
        context.at("metadata") { context in
            let rule = key.kind.nameRule
            let prefix = generateName
            if !prefix.isEmpty {
                // The store appends to the prefix, so a dash at its end is no mistake.
                let begin = prefix.hasSuffix("-") ? prefix.dropLast() + "a" : prefix[...]
                for message in rule(String(begin)) {
                    context.report(.invalid, "generateName", .string(prefix), message)
                }
            }
            if key.name.isEmpty {
                if prefix.isEmpty {
                    context.report(.required, "name", nil, "name or generateName is required")
                }
            } else {
                context.check(key.name, "name", rule)
            }
            if key.kind.isNamespaced {
                if key.namespace.isEmpty {
                    context.report(.required, "namespace")
                } else {
                    context.check(key.namespace, "namespace", NameRules.label1123)
                }
            } else if !key.namespace.isEmpty {
                context.report(.forbidden, "namespace", nil, "not allowed on this type")
            }
            context.checkLabels(metadata.labels, "labels")
            context.checkAnnotations(metadata.annotations, "annotations")
        }
    }

    private func checkMetadataUpdate(_ old: APIObject, _ context: inout FieldContext) {
        context.at("metadata") { context in
            context.checkUnchanged(.string(key.name), .string(old.key.name), "name")
            context.checkUnchanged(.string(key.namespace), .string(old.key.namespace), "namespace")
            if !uid.isEmpty { context.checkUnchanged(.string(uid), .string(old.uid), "uid") }
        }
    }
}

extension Kind {
    /// The syntax of the names of objects of the kind.
    var nameRule: (String) -> [String] {
        switch self {
        // KEP-5311 lets a service's name begin with a digit; manifests for today's clusters don't.
        case .service: NameRules.label1035
        case .namespace: NameRules.label1123
        default: NameRules.subdomain1123
        }
    }
}
