import Addresses
import OrderedCollections

/// Rules of cluster IPs and families (`ValidateServiceClusterIPsRelatedFields` and the checks of
/// `validateUpgradeDowngrade…`).
extension APIObject {
    func checkClusterIPs(of service: Service, _ spec: Fields, _ context: inout FieldContext) {
        guard service.type != .externalName else { return }
        let all = service.clusterIPs
        let shown = Value.array(all.map { .string($0) })
        let given = context.strings(spec, "clusterIPs")
        let primary = context.string(spec, "clusterIP")
        if primary.isEmpty {
            if !given.isEmpty {
                let detail = "must be empty when `clusterIP` is not specified"
                context.report(.invalid, "clusterIPs", shown, detail)
            }
        } else if let first = given.first, first != primary {
            context.report(.invalid, "clusterIPs", shown, "first value must match `clusterIP`")
        }
        var families: Set<IPFamily> = []
        for (index, family) in service.ipFamilies.enumerated()
        where !families.insert(family).inserted {
            context.report(.duplicate, "ipFamilies[\(index)]", .string(family.rawValue))
        }
        var addresses: [IPAddress] = []
        var areValid = true
        for (index, text) in all.enumerated() {
            if index == 0, text == "None" {
                if all.count > 1 {
                    areValid = false
                    let detail = "'None' must be the first and only value"
                    context.report(.invalid, "clusterIPs", shown, detail)
                }
            } else if let address = context.checkAddress(text, "clusterIPs[\(index)]") {
                addresses.append(address)
            } else {
                areValid = false
            }
        }
        if all.count > 2 {
            context.report(.invalid, "clusterIPs", shown, "may only hold up to 2 values")
        }
        guard areValid else { return }
        if all.count > 1, Set(addresses.map(\.isIPv4)).count != addresses.count || all.count > 2 {
            let detail = "may specify no more than one IP for each IP family"
            context.report(.invalid, "clusterIPs", shown, detail)
        }
        guard !service.isHeadless else { return }
        for (index, (address, family)) in zip(addresses, service.ipFamilies).enumerated()
        where address.isIPv4 != (family == .ipv4) {
            let detail =
                "expected an \(family.rawValue) value as indicated by `ipFamilies[\(index)]`"
            context.report(.invalid, "clusterIPs[\(index)]", .string(all[index]), detail)
        }
    }

    func checkUpdate(_ new: Service, from old: Service, _ context: inout FieldContext) {
        if old.type == .loadBalancer, new.type == .loadBalancer,
            old.loadBalancerClass != new.loadBalancerClass
        {
            let value: Value =
                new.loadBalancerClass.isEmpty ? .null : .string(new.loadBalancerClass)
            context.report(.invalid, "loadBalancerClass", value, "may not change once set")
        }
        if old.needsHealthCheck, new.needsHealthCheck,
            old.healthCheckNodePort != new.healthCheckNodePort
        {
            context.report(.forbidden, "healthCheckNodePort", nil, "field is immutable")
        }
        guard old.type != .externalName, new.type != .externalName else { return }
        if !(old.isHeadless && new.isHeadless) {
            checkChange(
                of: "clusterIPs",
                called: "clusterIP",
                new.clusterIPs,
                from: old.clusterIPs,
                new.ipFamilyPolicy,
                &context
            )
        }
        if !old.isHeadless, !new.isHeadless {
            checkChange(
                of: "ipFamilies",
                called: "ipFamily",
                new.ipFamilies.map(\.rawValue),
                from: old.ipFamilies.map(\.rawValue),
                new.ipFamilyPolicy,
                &context
            )
        }
    }

    /// Checks that the first entry stays and that a second one goes only with `SingleStack`.
    private func checkChange(
        of field: String,
        called name: String,
        _ new: [String],
        from old: [String],
        _ policy: IPFamilyPolicy?,
        _ context: inout FieldContext
    ) {
        let shown = Value.array(new.map { .string($0) })
        guard !new.isEmpty else {
            if !old.isEmpty {
                let detail = "primary \(name) can not be unset"
                context.report(.invalid, "\(field)[0]", shown, detail)
            }
            return
        }
        for (index, pair) in zip(new, old).enumerated() where pair.0 != pair.1 {
            // Beside another length only the primary is compared.
            guard index == 0 || new.count == old.count else { break }
            context.report(.invalid, "\(field)[\(index)]", shown, "may not change once set")
        }
        if new.count == 1, old.count > 1, policy != .singleStack {
            let detail = "must be set to 'SingleStack' when releasing the secondary \(name)"
            let value = policy.map { Value.string($0.rawValue) } ?? .null
            context.report(.invalid, "ipFamilyPolicy", value, detail)
        }
    }
}

extension Service {
    /// Whether nodes answer the load balancer's health checks on a port of their own.
    var needsHealthCheck: Bool { type == .loadBalancer && externalTrafficPolicy == "Local" }
}
