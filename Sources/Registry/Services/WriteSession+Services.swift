import Addresses
import KubernetesModel
import OrderedCollections

/// What the API server does with a service between request and storage
/// (registry/core/service `strategy.go`, `alloc.go`).
extension WriteSession {
    /// Fills in, checks and allocates everything of a service.
    func admitService(_ object: APIObject, replacing old: APIObject?) throws -> APIObject {
        var object = object
        if let old {
            object = ServiceFields.normalized(object, replacing: old)
            object = ServiceFields.withoutStale(object, replacing: old)
            object = ServiceFields.withAllocated(object, from: old)
            object = ServiceFields.trimmed(object, replacing: old)
        }
        object = object.defaulted()
        try check(object, replacing: old)
        var service = try typed(object)
        let before = try old.map { try typed($0) }
        if service.type == .externalName {
            object.set([:], at: "status", "loadBalancer")
            return object
        }
        try chooseFamilies(
            &service,
            object.key,
            isNew: before.map { $0.type == .externalName } ?? true
        )
        if !service.isHeadless {
            try allocateClusterIPs(&service, object.key, replacing: before)
        } else {
            service.clusterIPs = ["None"]
        }
        object.set(.string(service.clusterIPs.first ?? ""), at: "spec", "clusterIP")
        object.set(.array(service.clusterIPs.map { .string($0) }), at: "spec", "clusterIPs")
        object.set(
            .array(service.ipFamilies.map { .string($0.rawValue) }),
            at: "spec",
            "ipFamilies"
        )
        object.set(
            service.ipFamilyPolicy.map { .string($0.rawValue) },
            at: "spec",
            "ipFamilyPolicy"
        )
        try allocateNodePorts(&object, service, replacing: before)
        try allocateLoadBalancer(&object, service, replacing: before)
        return object
    }

    /// Throws if the object breaks a rule, or is one that replaces `old` and may not.
    func check(_ object: APIObject, replacing old: APIObject?) throws {
        do {
            try object.validate(replacing: old)
        } catch {
            throw RegistryError.invalid(error)
        }
    }

    /// Reads a service that was validated before.
    func typed(_ object: APIObject) throws -> Service {
        try WriteSession.stored { () throws(ValidationErrors) in try Service(object) }
    }

    /// Reads an object that was validated when it was written.
    ///
    /// One that can't be read any more (a damaged file, another version's) fails the write that
    /// comes upon it, rather than be taken for absent.
    static func stored<Value>(
        _ read: () throws(ValidationErrors) -> Value
    ) throws(RegistryError) -> Value {
        do throws(ValidationErrors) {
            return try read()
        } catch {
            throw RegistryError.invalid(error)
        }
    }

    /// Completes families and policy (`initIPFamilyFields`).
    private func chooseFamilies(_ service: inout Service, _ key: ObjectKey, isNew: Bool) throws {
        let cluster = settings.serviceCIDRs.map { $0.base.isIPv4 ? IPFamily.ipv4 : .ipv6 }
        let isFree = service.isHeadless && service.selector.isEmpty
        let policy =
            service.ipFamilyPolicy ?? (isFree && isNew ? .requireDualStack : .singleStack)
        service.ipFamilyPolicy = policy
        let addresses = service.isHeadless ? [] : service.clusterIPs
        for text in addresses.dropFirst(service.ipFamilies.count) {
            service.ipFamilies.append(text.contains(":") ? .ipv6 : .ipv4)
        }
        if service.ipFamilies.isEmpty { service.ipFamilies = [cluster.first ?? .ipv4] }
        if policy == .singleStack {
            guard service.ipFamilies.count == 1, addresses.count < 2 else {
                throw WriteSession.invalid(
                    key,
                    FieldError(
                        .invalid,
                        field: "spec.ipFamilyPolicy",
                        badValue: .string(policy.rawValue),
                        detail: "may be RequireDualStack or PreferDualStack only, "
                            + "when multiple families or addresses are given"
                    )
                )
            }
        } else if policy == .requireDualStack, cluster.count < 2, !isFree {
            throw WriteSession.invalid(
                key,
                FieldError(
                    .invalid,
                    field: "spec.ipFamilyPolicy",
                    badValue: .string(policy.rawValue),
                    detail: "this cluster is not configured for dual-stack services"
                )
            )
        }
        let other: IPFamily = service.ipFamilies[0] == .ipv4 ? .ipv6 : .ipv4
        if policy != .singleStack, service.ipFamilies.count == 1, isFree || cluster.contains(other)
        {
            service.ipFamilies.append(other)
        }
        for (index, family) in service.ipFamilies.enumerated() {
            guard isFree || cluster.contains(family) else {
                throw WriteSession.invalid(
                    key,
                    FieldError(
                        .invalid,
                        field: "spec.ipFamilies[\(index)]",
                        badValue: .string(family.rawValue),
                        detail: "not configured on this cluster"
                    )
                )
            }
        }
    }
}
