import OrderedCollections

extension Endpoints {
    /// Reads legacy endpoints from an object.
    ///
    /// - Throws: ``ValidationErrors`` that name every field of a wrong type.
    public init(_ object: APIObject) throws(ValidationErrors) {
        self = try object.decoded { context, fields in
            Endpoints(reading: fields, key: object.key, &context)
        }
    }

    init(reading fields: Fields, key: ObjectKey, _ context: inout FieldContext) {
        self.init(
            metadata: ObjectMeta(reading: fields, key: key, &context),
            subsets: context.each(fields, "subsets") { context, subset in
                Subset(
                    addresses: context.each(subset, "addresses") { Address(reading: $1, &$0) },
                    notReadyAddresses: context.each(subset, "notReadyAddresses") {
                        Address(reading: $1, &$0)
                    },
                    ports: context.each(subset, "ports") { EndpointPort(reading: $1, &$0) }
                )
            }
        )
    }
}

extension Endpoints.Address {
    init(reading fields: Fields, _ context: inout FieldContext) {
        self.init(
            ip: context.string(fields, "ip"),
            hostname: context.string(fields, "hostname"),
            nodeName: context.string(fields, "nodeName")
        )
        _ = context.inside(fields, "targetRef") { context, target in
            targetName = context.string(target, "name")
            targetKind = context.string(target, "kind")
            targetUID = context.string(target, "uid")
        }
    }
}
