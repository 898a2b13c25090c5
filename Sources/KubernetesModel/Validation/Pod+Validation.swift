import OrderedCollections

extension APIObject {
    /// Checks a pod as far as discovery reads it (`ValidatePod`).
    func checkPod(_ old: APIObject?, _ context: inout FieldContext) {
        let pod = Pod(reading: fields, key: key, &context)
        guard !context.errors.contains(where: { $0.reason == .typeInvalid }) else { return }
        checkMetadata(pod.metadata, &context)
        let spec = fields["spec"]?.object ?? [:]
        context.at("spec") { PodRules.checkSpec(spec, &$0) }
        context.at("status") { context in
            for (index, address) in pod.podIPs.enumerated() {
                context.checkAddress(address, "podIPs[\(index)].ip")
            }
        }
        if let old { checkPodUpdate(spec, old.fields["spec"]?.object ?? [:], &context) }
    }

    private func checkPodUpdate(_ new: Fields, _ old: Fields, _ context: inout FieldContext) {
        let fixed = PodRules.fixedPart(of: new, boundFrom: old)
        guard !fixed.isEquivalent(to: PodRules.fixedPart(of: old)) else { return }
        context.report(
            .forbidden,
            "spec",
            nil,
            "pod updates may not change fields other than `spec.containers[*].image`,"
                + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
                + "`spec.tolerations` (only additions to existing tolerations),"
                + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
                + "previously negative)"
        )
    }
}

/// The rules of pod specs, in pods and in the templates of workloads.
enum PodRules {
    /// Checks a pod spec at the current place.
    static func checkSpec(_ spec: Fields, _ context: inout FieldContext) {
        var pod = Pod(metadata: ObjectMeta(name: ""))
        pod.read(spec: spec, &context)
        guard !context.errors.contains(where: { $0.reason == .typeInvalid }) else { return }
        if !pod.hostname.isEmpty { context.check(pod.hostname, "hostname", NameRules.label1123) }
        if !pod.subdomain.isEmpty { context.check(pod.subdomain, "subdomain", NameRules.label1123) }
        if !pod.nodeName.isEmpty {
            context.check(pod.nodeName, "nodeName", NameRules.subdomain1123)
        }
        checkContainers(spec, &context)
        checkDNS(of: pod, &context)
        for (index, alias) in pod.hostAliases.enumerated() {
            context.checkAddress(alias.ip, "hostAliases[\(index)].ip")
            for (position, hostname) in alias.hostnames.enumerated() {
                let field = "hostAliases[\(index)].hostnames[\(position)]"
                context.check(hostname, field, NameRules.subdomain1123)
            }
        }
    }

    private static func checkContainers(_ spec: Fields, _ context: inout FieldContext) {
        if spec["containers"]?.array?.isEmpty ?? true { context.report(.required, "containers") }
        var names: Set<String> = []
        for list in ["containers", "initContainers"] {
            let containers = context.each(spec, list) { Container(reading: $1, &$0) }
            for (index, container) in containers.enumerated() {
                context.at(list) { context in
                    context.at(index: index) { context in
                        if container.name.isEmpty {
                            context.report(.required, "name")
                        } else {
                            context.check(container.name, "name", NameRules.label1123)
                            if !names.insert(container.name).inserted {
                                context.report(.duplicate, "name", .string(container.name))
                            }
                        }
                        checkPorts(container.ports, &context)
                    }
                }
            }
        }
    }

    private static func checkPorts(_ ports: [Container.Port], _ context: inout FieldContext) {
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            let field = "ports[\(index)]"
            if !port.name.isEmpty {
                context.check(port.name, "\(field).name", NameRules.portName)
                if !names.insert(port.name).inserted {
                    context.report(.duplicate, "\(field).name", .string(port.name))
                }
            }
            if port.containerPort == 0 {
                context.report(.required, "\(field).containerPort")
            } else {
                context.checkPort(port.containerPort, "\(field).containerPort")
            }
        }
    }

    /// Checks `dnsPolicy` and `dnsConfig` (KEP-4427 for search domains).
    private static func checkDNS(of pod: Pod, _ context: inout FieldContext) {
        let policies = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]
        if !policies.contains(pod.dnsPolicy) {
            context.reportUnsupported("dnsPolicy", .string(pod.dnsPolicy), supported: policies)
        }
        if pod.dnsPolicy == "None", pod.dnsConfig?.nameservers.isEmpty ?? true {
            if pod.dnsConfig == nil {
                let detail = "must provide `dnsConfig` when `dnsPolicy` is None"
                context.report(.required, "dnsConfig", nil, detail)
            } else {
                let detail = "must provide at least one DNS nameserver when `dnsPolicy` is None"
                context.report(.required, "dnsConfig.nameservers", nil, detail)
            }
        }
        guard let config = pod.dnsConfig else { return }
        context.at("dnsConfig") { context in
            if config.nameservers.count > 3 {
                let value = Value.array(config.nameservers.map { .string($0) })
                let detail = "must not have more than 3 nameservers"
                context.report(.invalid, "nameservers", value, detail)
            }
            for (index, server) in config.nameservers.enumerated() {
                context.checkAddress(server, "nameservers[\(index)]")
            }
            let searches = Value.array(config.searches.map { .string($0) })
            if config.searches.count > 32 {
                let detail = "must not have more than 32 search paths"
                context.report(.invalid, "searches", searches, detail)
            }
            // The entries with a space between each two (resolv.conf(5)).
            let length = config.searches.map { $0.utf8.count + 1 }.reduce(-1, +)
            if length > 2048 {
                let detail =
                    "must not have more than 2048 characters (including spaces) in the search list"
                context.report(.invalid, "searches", searches, detail)
            }
            for (index, search) in config.searches.enumerated() {
                context.check(search, "searches[\(index)]", NameRules.searchDomain)
            }
            for (index, option) in config.options.enumerated() where option.name.isEmpty {
                context.report(.required, "options[\(index)]", nil, "must not be empty")
            }
        }
    }

    /// Gives the part of a pod's spec that stays as it was created.
    ///
    /// If `old`, the spec before, isn't bound to a node yet, binding it is no change.
    static func fixedPart(of spec: Fields, boundFrom old: Fields? = nil) -> Fields {
        var spec = spec
        for field in ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds"] {
            spec[field] = nil
        }
        if let old, old["nodeName"] == nil { spec["nodeName"] = nil }
        for list in ["containers", "initContainers"] {
            guard case .array(let containers)? = spec[list] else { continue }
            spec[list] = .array(
                containers.map { container in
                    var fields = container.object ?? [:]
                    fields["image"] = nil
                    fields["resources"] = nil
                    return .object(fields)
                }
            )
        }
        return spec
    }
}
