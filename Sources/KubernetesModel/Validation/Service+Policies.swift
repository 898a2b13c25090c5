import Addresses
import OrderedCollections

/// Rules of the fields that only some types of services have.
extension APIObject {
    func checkLoadBalancerFields(
        of service: Service,
        _ spec: Fields,
        _ context: inout FieldContext
    ) {
        let isLoadBalancer = service.type == .loadBalancer
        let detail = "may only be used when `type` is 'LoadBalancer'"
        let ranges = context.strings(spec, "loadBalancerSourceRanges")
        if !isLoadBalancer {
            // The API server spells this path with a capital, and scripts look for it.
            if !ranges.isEmpty {
                context.report(.forbidden, "LoadBalancerSourceRanges", nil, detail)
            }
            if context.present(spec, "allocateLoadBalancerNodePorts") != nil {
                context.report(.forbidden, "allocateLoadBalancerNodePorts", nil, detail)
            }
            if context.present(spec, "loadBalancerClass") != nil {
                context.report(.forbidden, "loadBalancerClass", nil, detail)
            }
        } else if !service.loadBalancerClass.isEmpty {
            context.check(
                service.loadBalancerClass,
                "loadBalancerClass",
                NameRules.qualifiedName
            )
        }
        for (index, range) in ranges.enumerated() {
            let text = range.filter { !$0.isWhitespace }
            guard CIDRBlock(text) == nil else { continue }
            context.report(
                .invalid,
                "LoadBalancerSourceRanges[\(index)]",
                .string(range),
                "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
            )
        }
    }

    func checkTrafficPolicies(
        of service: Service,
        _ spec: Fields,
        _ context: inout FieldContext
    ) {
        let external = service.externalTrafficPolicy
        let isReachable =
            service.type == .nodePort || service.type == .loadBalancer
            || (service.type == .clusterIP && !service.externalIPs.isEmpty)
        if !external.isEmpty {
            if !isReachable {
                let detail = "may only be set for externally-accessible services"
                context.report(.invalid, "externalTrafficPolicy", .string(external), detail)
            } else if !["Cluster", "Local"].contains(external) {
                context.reportUnsupported(
                    "externalTrafficPolicy",
                    .string(external),
                    supported: ["Cluster", "Local"]
                )
            }
        }
        if service.healthCheckNodePort != 0 {
            if service.type == .loadBalancer, external == "Local" {
                context.checkPort(service.healthCheckNodePort, "healthCheckNodePort")
            } else {
                let detail =
                    "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` "
                    + "is 'Local'"
                let value = Value.integer(Int64(service.healthCheckNodePort))
                context.report(.invalid, "healthCheckNodePort", value, detail)
            }
        }
        checkChoice(spec, "internalTrafficPolicy", ["Cluster", "Local"], &context)
        let distributions = ["PreferClose", "PreferSameNode", "PreferSameZone"]
        checkChoice(spec, "trafficDistribution", distributions, &context)
    }

    private func checkChoice(
        _ spec: Fields,
        _ field: String,
        _ supported: [String],
        _ context: inout FieldContext
    ) {
        let text = context.string(spec, field)
        guard !text.isEmpty, !supported.contains(text) else { return }
        context.reportUnsupported(field, .string(text), supported: supported)
    }
}
