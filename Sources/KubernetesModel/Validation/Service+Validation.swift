import Addresses
import OrderedCollections

extension APIObject {
    /// Checks a service (apis/core/validation `ValidateService`).
    ///
    /// Fields that defaulting or allocation fills later may be absent.
    func checkService(_ old: APIObject?, _ context: inout FieldContext) {
        let service = Service(reading: fields, key: key, &context)
        guard !context.errors.contains(where: { $0.reason == .typeInvalid }) else { return }
        checkMetadata(service.metadata, &context)
        let spec = fields["spec"]?.object ?? [:]
        context.at("spec") { context in
            checkType(of: service, &context)
            checkPorts(of: service, &context)
            context.checkLabels(service.selector, "selector")
            checkSessionAffinity(spec, &context)
            checkClusterIPs(of: service, spec, &context)
            for (index, text) in service.externalIPs.enumerated() {
                let field = "externalIPs[\(index)]"
                if let address = context.checkAddress(text, field) {
                    context.checkNotSpecial(address, text, field)
                }
            }
            checkLoadBalancerFields(of: service, spec, &context)
            checkTrafficPolicies(of: service, spec, &context)
        }
        checkIngress(of: service, &context)
        if let old, let oldService = try? Service(old) {
            context.at("spec") { checkUpdate(service, from: oldService, &$0) }
        }
    }

    private func checkType(of service: Service, _ context: inout FieldContext) {
        if service.ports.isEmpty, !service.isHeadless, service.type != .externalName {
            context.report(.required, "ports")
        }
        switch service.type {
        case .clusterIP: break
        case .nodePort, .loadBalancer:
            if service.isHeadless, service.clusterIPs.count == 1 {
                let detail = "may not be set to 'None' for \(service.type.rawValue) services"
                context.report(.invalid, "clusterIPs[0]", "None", detail)
            }
            guard service.type == .loadBalancer else { return }
            for (index, port) in service.ports.enumerated() where port.port == 10_250 {
                let detail = "may not expose port 10250 externally since it is used by kubelet"
                context.report(.invalid, "ports[\(index)]", 10_250, detail)
            }
        case .externalName:
            let detail = "may not be set for ExternalName services"
            if !service.clusterIPs.isEmpty { context.report(.forbidden, "clusterIPs", nil, detail) }
            if !service.ipFamilies.isEmpty { context.report(.forbidden, "ipFamilies", nil, detail) }
            if service.ipFamilyPolicy != nil {
                context.report(.forbidden, "ipFamilyPolicy", nil, detail)
            }
            let name = service.externalName
            let relative = name.hasSuffix(".") ? String(name.dropLast()) : name
            if relative.isEmpty {
                context.report(.required, "externalName")
            } else {
                context.check(relative, "externalName", NameRules.subdomain1123)
            }
        }
    }

    private func checkPorts(of service: Service, _ context: inout FieldContext) {
        var names: Set<String> = []
        var ports: Set<String> = []
        var nodePorts: Set<String> = []
        for (index, port) in service.ports.enumerated() {
            context.at("ports") { context in
                context.at(index: index) { context in
                    if port.name.isEmpty {
                        if service.ports.count > 1 { context.report(.required, "name") }
                    } else {
                        context.check(port.name, "name", NameRules.label1123)
                        if !names.insert(port.name).inserted {
                            context.report(.duplicate, "name", .string(port.name))
                        }
                    }
                    context.checkPort(port.port, "port")
                    switch port.targetPort {
                    case .number(let number) where number != port.port:
                        context.checkPort(number, "targetPort")
                    case .number: break
                    case .name(let name): context.check(name, "targetPort", NameRules.portName)
                    }
                    if !port.appProtocol.isEmpty {
                        context.check(port.appProtocol, "appProtocol", NameRules.qualifiedName)
                    }
                    if !ports.insert("\(port.transport) \(port.port)").inserted {
                        let value: Value = [
                            "port": .integer(Int64(port.port)),
                            "protocol": .string(port.transport.rawValue),
                        ]
                        context.report(.duplicate, nil, value)
                    }
                    guard port.nodePort != 0 else { return }
                    if service.type == .clusterIP {
                        let detail = "may not be used when `type` is 'ClusterIP'"
                        context.report(.forbidden, "nodePort", nil, detail)
                    }
                    context.checkPort(port.nodePort, "nodePort")
                    if !nodePorts.insert("\(port.transport) \(port.nodePort)").inserted {
                        context.report(.duplicate, "nodePort", .integer(Int64(port.nodePort)))
                    }
                }
            }
        }
    }

    private func checkSessionAffinity(_ spec: Fields, _ context: inout FieldContext) {
        let affinity = context.string(spec, "sessionAffinity")
        let config = context.object(spec, "sessionAffinityConfig")
        switch affinity {
        case "", "None":
            if config != nil, affinity == "None" {
                let detail = "must not be set when session affinity is None"
                context.report(.forbidden, "sessionAffinityConfig", nil, detail)
            }
        case "ClientIP":
            let seconds = config?.value(at: "clientIP", "timeoutSeconds")
            guard let seconds, !seconds.isNull else { return }
            if !(1...86_400).contains(seconds.integer ?? 0) {
                let detail = "must be greater than 0 and less than 86400"
                let field = "sessionAffinityConfig.clientIP.timeoutSeconds"
                context.report(.invalid, field, seconds, detail)
            }
        default:
            context.reportUnsupported(
                "sessionAffinity",
                .string(affinity),
                supported: ["ClientIP", "None"]
            )
        }
    }

    private func checkIngress(of service: Service, _ context: inout FieldContext) {
        for (index, point) in service.loadBalancerIngress.enumerated() {
            context.at("status.loadBalancer.ingress") { context in
                context.at(index: index) { context in
                    if !point.ip.isEmpty { context.checkAddress(point.ip, "ip") }
                    guard !point.hostname.isEmpty else { return }
                    context.check(point.hostname, "hostname", NameRules.subdomain1123)
                    if IPAddress(point.hostname) != nil {
                        let detail = "must be a DNS name, not an IP address"
                        context.report(.invalid, "hostname", .string(point.hostname), detail)
                    }
                }
            }
        }
    }
}
