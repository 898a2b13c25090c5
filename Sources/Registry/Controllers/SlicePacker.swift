import KubernetesModel

/// The distribution of endpoints over slices: what is where stays where it is.
///
/// Endpoints that are still wanted are brought up to date in place; new ones fill the slices that
/// change anyway, the fullest first, then one other slice that has room for all of them, then new
/// slices. Nothing is rebalanced, so that one pod's change touches one slice.
///
/// - SeeAlso: kubernetes/endpointslice `reconciler.go`, `reconcileByPortMapping`.
struct SlicePacker {
    /// What makes an endpoint the same endpoint, whatever its state.
    struct Identity: Hashable {
        var addresses: [String]
        var hostname: String
        var target: String

        init(_ endpoint: Endpoint) {
            addresses = endpoint.addresses
            hostname = endpoint.hostname
            target = endpoint.targetName
        }
    }

    /// The endpoints of a slice after packing.
    struct Packed: Equatable {
        /// The slice's place among the existing ones; nil for a new slice.
        var existing: Int?
        var endpoints: [Endpoint]
    }

    /// The number of endpoints that a slice may hold.
    var endpointsMax: Int

    /// Distributes endpoints.
    ///
    /// - Parameters:
    ///   - wanted: The endpoints that there must be, each once.
    ///   - existing: The endpoints of the slices that there are.
    /// - Returns: All slices that hold endpoints afterwards; existing ones that are not among them
    ///   are no longer needed.
    func pack(_ wanted: [Endpoint], into existing: [[Endpoint]]) -> [Packed] {
        var missing: [Identity: Endpoint] = [:]
        for endpoint in wanted { missing[Identity(endpoint)] = endpoint }
        var slices: [(packed: Packed, isChanged: Bool)] = []
        for (index, endpoints) in existing.enumerated() {
            var kept: [Endpoint] = []
            var isChanged = false
            for endpoint in endpoints {
                // Taken out of what is missing: a second copy elsewhere is dropped.
                guard let current = missing.removeValue(forKey: Identity(endpoint)) else {
                    isChanged = true
                    continue
                }
                if current != endpoint { isChanged = true }
                kept.append(current)
            }
            if kept.count > endpointsMax {
                for endpoint in kept[endpointsMax...] { missing[Identity(endpoint)] = endpoint }
                kept.removeLast(kept.count - endpointsMax)
                isChanged = true
            }
            slices.append((Packed(existing: index, endpoints: kept), isChanged))
        }
        fill(&slices, with: wanted.compactMap { missing.removeValue(forKey: Identity($0)) })
        return slices.map(\.packed).filter { !$0.endpoints.isEmpty }
    }

    private func fill(
        _ slices: inout [(packed: Packed, isChanged: Bool)],
        with missing: [Endpoint]
    ) {
        var rest = missing[...]
        let changed = slices.indices.filter { slices[$0].isChanged }.sorted {
            let (left, right) = (
                slices[$0].packed.endpoints.count, slices[$1].packed.endpoints.count
            )
            return left == right ? $0 < $1 : left > right
        }
        for index in changed where !rest.isEmpty {
            let room = rest.prefix(endpointsMax - slices[index].packed.endpoints.count)
            slices[index].packed.endpoints += room
            rest = rest.dropFirst(room.count)
        }
        // Whole slices first: what is left then may fit into a slice that is there.
        while rest.count >= endpointsMax {
            slices.append(
                (Packed(existing: nil, endpoints: Array(rest.prefix(endpointsMax))), true)
            )
            rest = rest.dropFirst(endpointsMax)
        }
        guard !rest.isEmpty else { return }
        let fitting = slices.indices
            .filter { slices[$0].packed.endpoints.count + rest.count <= endpointsMax }
            .max { slices[$0].packed.endpoints.count < slices[$1].packed.endpoints.count }
        if let fitting {
            slices[fitting].packed.endpoints += rest
        } else {
            slices.append((Packed(existing: nil, endpoints: Array(rest)), true))
        }
    }
}
