import OrderedCollections

extension Service {
    /// Reads a service from an object.
    ///
    /// - Throws: ``ValidationErrors`` that name every field of a wrong type.
    public init(_ object: APIObject) throws(ValidationErrors) {
        self = try object.decoded { context, fields in
            Service(reading: fields, key: object.key, &context)
        }
    }

    init(reading fields: Fields, key: ObjectKey, _ context: inout FieldContext) {
        self.init(metadata: ObjectMeta(reading: fields, key: key, &context))
        _ = context.inside(fields, "spec") { context, spec in
            type = context.choice(spec, "type", ServiceType.self) ?? .clusterIP
            selector = context.stringMap(spec, "selector")
            clusterIPs = context.strings(spec, "clusterIPs")
            let clusterIP = context.string(spec, "clusterIP")
            if clusterIPs.isEmpty, !clusterIP.isEmpty { clusterIPs = [clusterIP] }
            ipFamilies = readFamilies(spec, &context)
            ipFamilyPolicy = context.choice(spec, "ipFamilyPolicy", IPFamilyPolicy.self)
            ports = context.each(spec, "ports") { ServicePort(reading: $1, &$0) }
            externalName = context.string(spec, "externalName")
            externalIPs = context.strings(spec, "externalIPs")
            publishNotReadyAddresses = context.bool(spec, "publishNotReadyAddresses") ?? false
            externalTrafficPolicy = context.string(spec, "externalTrafficPolicy")
            let allocates = context.bool(spec, "allocateLoadBalancerNodePorts")
            allocateLoadBalancerNodePorts = allocates ?? true
            loadBalancerIP = context.string(spec, "loadBalancerIP")
            loadBalancerClass = context.string(spec, "loadBalancerClass")
            healthCheckNodePort = context.integer(spec, "healthCheckNodePort") ?? 0
            internalTrafficPolicy = context.string(spec, "internalTrafficPolicy")
            affinitySeconds = readAffinity(spec, &context)
            loadBalancerSourceRanges = context.strings(spec, "loadBalancerSourceRanges")
        }
        _ = context.inside(fields, "status") { context, status in
            context.inside(status, "loadBalancer") { context, balancer in
                loadBalancerIngress = context.each(balancer, "ingress") { context, point in
                    LoadBalancerIngress(
                        ip: context.string(point, "ip"),
                        hostname: context.string(point, "hostname"),
                        ipMode: context.string(point, "ipMode")
                    )
                }
            }
        }
    }

    /// Three hours unless the service says otherwise (`v1/defaults.go`).
    private func readAffinity(_ spec: Fields, _ context: inout FieldContext) -> Int? {
        guard context.string(spec, "sessionAffinity") == "ClientIP" else { return nil }
        var seconds: Int?
        _ = context.inside(spec, "sessionAffinityConfig") { context, config in
            context.inside(config, "clientIP") { context, client in
                seconds = context.integer(client, "timeoutSeconds")
            }
        }
        return seconds ?? 10_800
    }

    private func readFamilies(_ spec: Fields, _ context: inout FieldContext) -> [IPFamily] {
        var families: [IPFamily] = []
        for (index, text) in context.strings(spec, "ipFamilies").enumerated() {
            if let family = IPFamily(rawValue: text) {
                families.append(family)
            } else {
                context.reportUnsupported(
                    "ipFamilies[\(index)]",
                    .string(text),
                    supported: IPFamily.allCases.map(\.rawValue)
                )
            }
        }
        return families
    }
}

extension ServicePort {
    init(reading fields: Fields, _ context: inout FieldContext) {
        self.init(
            name: context.string(fields, "name"),
            transport: context.choice(fields, "protocol", TransportProtocol.self) ?? .tcp,
            // Without a number the port is 0, which validation refuses.
            port: context.integer(fields, "port") ?? 0,
            targetPort: TargetPort(reading: fields, &context),
            nodePort: context.integer(fields, "nodePort") ?? 0,
            appProtocol: context.string(fields, "appProtocol")
        )
    }
}

extension TargetPort {
    /// Reads `targetPort`; nil if it is absent, empty, or 0, which all mean "the port itself".
    init?(reading fields: Fields, _ context: inout FieldContext) {
        switch context.present(fields, "targetPort") {
        case nil: return nil
        case .string(let name)?:
            guard !name.isEmpty else { return nil }
            self = .name(name)
        case let value?:
            guard let number = value.integer else {
                context.report(
                    .typeInvalid,
                    "targetPort",
                    value,
                    "must be of type integer or string, not \(value.typeName)"
                )
                return nil
            }
            guard number != 0 else { return nil }
            self = .number(Int(number))
        }
    }
}
