import OrderedCollections

extension Pod {
    /// Reads a pod from an object.
    ///
    /// - Throws: ``ValidationErrors`` that name every field of a wrong type.
    public init(_ object: APIObject) throws(ValidationErrors) {
        self = try object.decoded { context, fields in
            Pod(reading: fields, key: object.key, &context)
        }
    }

    init(reading fields: Fields, key: ObjectKey, _ context: inout FieldContext) {
        self.init(metadata: ObjectMeta(reading: fields, key: key, &context))
        _ = context.inside(fields, "spec") { context, spec in read(spec: spec, &context) }
        _ = context.inside(fields, "status") { context, status in
            phase = context.choice(status, "phase", Phase.self) ?? .pending
            let conditions = context.each(status, "conditions") { context, condition in
                (context.string(condition, "type"), context.string(condition, "status"))
            }
            isReady = conditions.contains { $0 == ("Ready", "True") }
            podIPs = context.each(status, "podIPs") { $0.string($1, "ip") }
            let podIP = context.string(status, "podIP")
            if podIPs.isEmpty, !podIP.isEmpty { podIPs = [podIP] }
            hostIP = context.string(status, "hostIP")
        }
    }

    mutating func read(spec: Fields, _ context: inout FieldContext) {
        hostname = context.string(spec, "hostname")
        subdomain = context.string(spec, "subdomain")
        setHostnameAsFQDN = context.bool(spec, "setHostnameAsFQDN") ?? false
        hostNetwork = context.bool(spec, "hostNetwork") ?? false
        nodeName = context.string(spec, "nodeName")
        enableServiceLinks = context.bool(spec, "enableServiceLinks") ?? true
        let policy = context.string(spec, "dnsPolicy")
        if !policy.isEmpty { dnsPolicy = policy }
        dnsConfig = context.inside(spec, "dnsConfig") { PodDNSConfig(reading: $1, &$0) }
        hostAliases = context.each(spec, "hostAliases") { context, alias in
            HostAlias(
                ip: context.string(alias, "ip"),
                hostnames: context.strings(alias, "hostnames")
            )
        }
        containers = context.each(spec, "containers") { Container(reading: $1, &$0) }
        // Only sidecars can serve while the pod runs (KEP-753).
        containers += context.each(spec, "initContainers") { context, fields in
            let restarts = context.string(fields, "restartPolicy") == "Always"
            let container = Container(reading: fields, &context)
            return restarts ? container : nil
        }
    }
}

extension PodDNSConfig {
    init(reading fields: Fields, _ context: inout FieldContext) {
        self.init(
            nameservers: context.strings(fields, "nameservers"),
            searches: context.strings(fields, "searches"),
            options: context.each(fields, "options") { context, option in
                Option(
                    name: context.string(option, "name"),
                    value: context.optionalString(option, "value")
                )
            }
        )
    }
}

extension Container {
    init(reading fields: Fields, _ context: inout FieldContext) {
        self.init(
            name: context.string(fields, "name"),
            image: context.string(fields, "image"),
            ports: context.each(fields, "ports") { context, port in
                let number = context.integer(port, "containerPort")
                return Port(
                    name: context.string(port, "name"),
                    containerPort: number ?? 0,
                    transport: context.choice(port, "protocol", TransportProtocol.self) ?? .tcp
                )
            }
        )
    }
}
