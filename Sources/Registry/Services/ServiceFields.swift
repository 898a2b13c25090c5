import KubernetesModel
import OrderedCollections

/// What an update of a service leaves unsaid, completed from the stored one.
enum ServiceFields {
    private static func isExternal(_ object: APIObject) -> Bool {
        object.fields.string(at: "spec", "type") == "ExternalName"
    }

    private static func needsNodePorts(_ object: APIObject) -> Bool {
        let type = object.fields.string(at: "spec", "type")
        return type == "NodePort" || type == "LoadBalancer"
    }

    private static func isSame(_ new: APIObject, _ old: APIObject, _ field: String) -> Bool {
        new.fields.value(at: "spec", field) == old.fields.value(at: "spec", field)
    }

    /// Makes `clusterIP` and `clusterIPs` agree when only one of them was changed
    /// (`NormalizeClusterIPs`).
    static func normalized(_ new: APIObject, replacing old: APIObject) -> APIObject {
        var new = new
        let primary = new.fields.string(at: "spec", "clusterIP") ?? ""
        let oldPrimary = old.fields.string(at: "spec", "clusterIP") ?? ""
        if primary != oldPrimary, isSame(new, old, "clusterIPs") {
            new.set(primary.isEmpty ? nil : [.string(primary)], at: "spec", "clusterIPs")
        } else if primary == oldPrimary, !primary.isEmpty,
            (new.fields.array(at: "spec", "clusterIPs") ?? []).isEmpty,
            !(old.fields.array(at: "spec", "clusterIPs") ?? []).isEmpty
        {
            new.set(old.value(at: "spec", "clusterIPs"), at: "spec", "clusterIPs")
        }
        return new
    }

    /// Drops the secondary family of a service that gives it up
    /// (`trimFieldsForDualStackDowngrade`).
    static func trimmed(_ new: APIObject, replacing old: APIObject) -> APIObject {
        var new = new
        let single: Value = "SingleStack"
        guard new.value(at: "spec", "ipFamilyPolicy") == single,
            old.value(at: "spec", "ipFamilyPolicy") != single
        else { return new }
        for field in ["clusterIPs", "ipFamilies"] where isSame(new, old, field) {
            if let first = new.fields.array(at: "spec", field)?.first {
                new.set([first], at: "spec", field)
            }
        }
        return new
    }

    /// Drops what the old type needed and the new one can't have, where the user left it alone
    /// (`dropTypeDependentFields`).
    static func withoutStale(_ new: APIObject, replacing old: APIObject) -> APIObject {
        var new = new
        if isExternal(new), !isExternal(old) {
            if isSame(new, old, "clusterIP"), isSame(new, old, "clusterIPs") {
                new.set(nil, at: "spec", "clusterIP")
                new.set(nil, at: "spec", "clusterIPs")
            }
            for field in ["ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"]
            where isSame(new, old, field) {
                new.set(nil, at: "spec", field)
            }
        }
        if needsNodePorts(old), !needsNodePorts(new) {
            dropNodePorts(&new, old)
            if isSame(new, old, "externalTrafficPolicy") {
                new.set(nil, at: "spec", "externalTrafficPolicy")
            }
        }
        if isBalanced(old), !isBalanced(new) {
            for field in ["allocateLoadBalancerNodePorts", "loadBalancerClass"]
            where isSame(new, old, field) {
                new.set(nil, at: "spec", field)
            }
        }
        if needsHealthCheck(old), !needsHealthCheck(new), isSame(new, old, "healthCheckNodePort") {
            new.set(nil, at: "spec", "healthCheckNodePort")
        }
        if !isBalanced(new) { new.set([:], at: "status", "loadBalancer") }
        return new
    }

    private static func isBalanced(_ object: APIObject) -> Bool {
        object.fields.string(at: "spec", "type") == "LoadBalancer"
    }

    private static func needsHealthCheck(_ object: APIObject) -> Bool {
        isBalanced(object) && object.fields.string(at: "spec", "externalTrafficPolicy") == "Local"
    }

    private static func nodePorts(_ object: APIObject) -> Set<Int64> {
        let ports = object.fields.array(at: "spec", "ports") ?? []
        return Set(ports.compactMap { $0["nodePort"]?.integer }.filter { $0 != 0 })
    }

    private static func dropNodePorts(_ new: inout APIObject, _ old: APIObject) {
        guard nodePorts(new).isSubset(of: nodePorts(old)),
            let ports = new.fields.array(at: "spec", "ports")
        else { return }
        let bare = ports.map { port -> Value in
            guard case .object(var fields) = port else { return port }
            fields["nodePort"] = nil
            return .object(fields)
        }
        new.set(.array(bare), at: "spec", "ports")
    }

    /// Copies what was allocated and is not mentioned (`patchAllocatedValues`): addresses,
    /// families, node ports by the ports' names, the health check's port.
    static func withAllocated(_ new: APIObject, from old: APIObject) -> APIObject {
        var new = new
        if !isExternal(new), !isExternal(old) {
            if (new.fields.string(at: "spec", "clusterIP") ?? "").isEmpty,
                (new.fields.array(at: "spec", "clusterIPs") ?? []).isEmpty
            {
                new.set(old.value(at: "spec", "clusterIP"), at: "spec", "clusterIP")
                new.set(old.value(at: "spec", "clusterIPs"), at: "spec", "clusterIPs")
            }
            for field in ["ipFamilyPolicy", "ipFamilies"] where new.value(at: "spec", field) == nil
            {
                new.set(old.value(at: "spec", field), at: "spec", field)
            }
        }
        if needsHealthCheck(new), needsHealthCheck(old),
            (new.fields.integer(at: "spec", "healthCheckNodePort") ?? 0) == 0
        {
            new.set(old.value(at: "spec", "healthCheckNodePort"), at: "spec", "healthCheckNodePort")
        }
        guard needsNodePorts(new), needsNodePorts(old),
            let ports = new.fields.array(at: "spec", "ports")
        else { return new }
        var byName: [String: Int64] = [:]
        for port in old.fields.array(at: "spec", "ports") ?? [] {
            byName[port["name"]?.string ?? ""] = port["nodePort"]?.integer
        }
        var used = nodePorts(new)
        let filled = ports.map { port -> Value in
            guard case .object(var fields) = port, (fields["nodePort"]?.integer ?? 0) == 0,
                let number = byName[fields["name"]?.string ?? ""], number != 0,
                used.insert(number).inserted
            else { return port }
            fields["nodePort"] = .integer(number)
            return .object(fields)
        }
        new.set(.array(filled), at: "spec", "ports")
        return new
    }
}
