import OrderedCollections

extension EndpointSlice {
    /// Reads a slice from an object.
    ///
    /// - Throws: ``ValidationErrors`` that name every field of a wrong type.
    public init(_ object: APIObject) throws(ValidationErrors) {
        self = try object.decoded { context, fields in
            EndpointSlice(reading: fields, key: object.key, &context)
        }
    }

    init(reading fields: Fields, key: ObjectKey, _ context: inout FieldContext) {
        let type = context.choice(fields, "addressType", AddressType.self)
        if type == nil, context.present(fields, "addressType") == nil {
            context.report(.required, "addressType")
        }
        self.init(
            metadata: ObjectMeta(reading: fields, key: key, &context),
            addressType: type ?? .ipv4,
            endpoints: context.each(fields, "endpoints") { Endpoint(reading: $1, &$0) },
            ports: context.each(fields, "ports") { EndpointPort(reading: $1, &$0) }
        )
    }
}

extension Endpoint {
    init(reading fields: Fields, _ context: inout FieldContext) {
        self.init(
            addresses: context.strings(fields, "addresses"),
            hostname: context.string(fields, "hostname"),
            nodeName: context.string(fields, "nodeName"),
            zone: context.string(fields, "zone")
        )
        _ = context.inside(fields, "conditions") { context, conditions in
            ready = context.bool(conditions, "ready")
            serving = context.bool(conditions, "serving")
            terminating = context.bool(conditions, "terminating")
        }
        _ = context.inside(fields, "targetRef") { context, target in
            targetName = context.string(target, "name")
            targetKind = context.string(target, "kind")
            targetUID = context.string(target, "uid")
        }
        _ = context.inside(fields, "hints") { context, hints in
            hintZones = context.each(hints, "forZones") { $0.string($1, "name") }
            hintNodes = context.each(hints, "forNodes") { $0.string($1, "name") }
        }
    }
}

extension EndpointPort {
    init(reading fields: Fields, _ context: inout FieldContext) {
        self.init(
            name: context.string(fields, "name"),
            transport: context.choice(fields, "protocol", TransportProtocol.self) ?? .tcp,
            port: context.integer(fields, "port"),
            appProtocol: context.string(fields, "appProtocol")
        )
    }
}

extension APIObject {
    /// Creates the object of a slice, as the endpoints controller writes it.
    ///
    /// The owner (`metadata.controller`), if any, is written as the controlling owner reference.
    public init(_ slice: EndpointSlice) {
        let metadata = slice.metadata
        self.init(
            key: ObjectKey(
                kind: .endpointSlice,
                namespace: metadata.namespace,
                name: metadata.name
            ),
            fields: [
                "apiVersion": .string(Kind.endpointSlice.apiVersion),
                "kind": .string(Kind.endpointSlice.rawValue),
                "metadata": metadata.value,
                "addressType": .string(slice.addressType.rawValue),
                "endpoints": .array(slice.endpoints.map { $0.value(in: metadata.namespace) }),
                "ports": .array(slice.ports.map(\.value)),
            ]
        )
    }
}

extension ObjectMeta {
    /// The metadata as a field value, empty parts left out.
    public var value: Value {
        var fields: Fields = ["name": .string(name)]
        if !namespace.isEmpty { fields["namespace"] = .string(namespace) }
        if !labels.isEmpty { fields["labels"] = Value(labels) }
        if !annotations.isEmpty { fields["annotations"] = Value(annotations) }
        if !uid.isEmpty { fields["uid"] = .string(uid) }
        if resourceVersion != 0 { fields["resourceVersion"] = .string(String(resourceVersion)) }
        if !creationTimestamp.isEmpty {
            fields["creationTimestamp"] = .string(creationTimestamp)
        }
        if let controller { fields["ownerReferences"] = [controller.controllerFields] }
        return .object(fields)
    }
}

extension Endpoint {
    /// The endpoint as a field value; `namespace` is that of the object behind it.
    func value(in namespace: String) -> Value {
        var fields: Fields = ["addresses": .array(addresses.map { .string($0) })]
        var conditions: Fields = [:]
        if let ready { conditions["ready"] = .bool(ready) }
        if let serving { conditions["serving"] = .bool(serving) }
        if let terminating { conditions["terminating"] = .bool(terminating) }
        if !conditions.isEmpty { fields["conditions"] = .object(conditions) }
        if !hostname.isEmpty { fields["hostname"] = .string(hostname) }
        if !nodeName.isEmpty { fields["nodeName"] = .string(nodeName) }
        if !zone.isEmpty { fields["zone"] = .string(zone) }
        if !targetName.isEmpty {
            var target: Fields = [
                "kind": .string(targetKind), "name": .string(targetName),
                "namespace": .string(namespace),
            ]
            if !targetUID.isEmpty { target["uid"] = .string(targetUID) }
            fields["targetRef"] = .object(target)
        }
        var hints: Fields = [:]
        if !hintZones.isEmpty {
            hints["forZones"] = .array(hintZones.map { ["name": .string($0)] })
        }
        if !hintNodes.isEmpty {
            hints["forNodes"] = .array(hintNodes.map { ["name": .string($0)] })
        }
        if !hints.isEmpty { fields["hints"] = .object(hints) }
        return .object(fields)
    }
}

extension EndpointPort {
    /// The port as a field value; an unnamed port has an empty name.
    var value: Value {
        var fields: Fields = ["name": .string(name), "protocol": .string(transport.rawValue)]
        if let port { fields["port"] = .integer(Int64(port)) }
        if !appProtocol.isEmpty { fields["appProtocol"] = .string(appProtocol) }
        return .object(fields)
    }
}
