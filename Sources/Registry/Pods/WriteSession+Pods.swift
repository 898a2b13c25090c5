import Addresses
import KubernetesModel
import OrderedCollections

/// What becomes of a pod between request and storage: simulated pods run at once.
extension WriteSession {
    /// Fills in, checks and gives addresses to a pod.
    ///
    /// A pod whose manifest has no status is running and ready. Its addresses are those of its
    /// status, of its node if it shares the node's network and the node is known, or free ones of
    /// the pod blocks.
    func admitPod(_ object: APIObject, replacing old: APIObject?) throws -> APIObject {
        var object = object
        let given = object.fields.string(at: "status", "phase") ?? ""
        if let old, given.isEmpty { object.set(old.value(at: "status"), at: "status") }
        object = object.defaulted()
        try check(object, replacing: old)
        guard old == nil || given.isEmpty == false else { return object }
        let conditions = object.fields.array(at: "status", "conditions") ?? []
        let phase = given.isEmpty ? "Running" : given
        if given.isEmpty { object.set("Running", at: "status", "phase") }
        if phase == "Running", !conditions.contains(where: { $0["type"] == "Ready" }) {
            let ready = WriteSession.readyCondition(true)
            object.set(.array(conditions + [ready]), at: "status", "conditions")
        }
        let hasAddress =
            !(object.fields.string(at: "status", "podIP") ?? "").isEmpty
            || !(object.fields.array(at: "status", "podIPs") ?? []).isEmpty
        guard !hasAddress else { return object }
        let addresses = try nodeAddresses(of: object) ?? pickPodIPs(object.key)
        WriteSession.setAddresses(addresses, of: &object)
        return object
    }

    /// The condition that a readiness probe sets.
    static func readyCondition(_ isReady: Bool) -> Value {
        ["type": "Ready", "status": isReady ? "True" : "False"]
    }

    /// Writes a pod's addresses into its status.
    static func setAddresses(_ addresses: [String], of pod: inout APIObject) {
        guard let primary = addresses.first else { return }
        pod.set(.string(primary), at: "status", "podIP")
        pod.set(.array(addresses.map { ["ip": .string($0)] }), at: "status", "podIPs")
    }

    /// The addresses of the node of a pod in its node's network; nil if not known.
    func nodeAddresses(of pod: APIObject) throws -> [String]? {
        guard pod.fields.bool(at: "spec", "hostNetwork") == true,
            let name = pod.fields.string(at: "spec", "nodeName"), !name.isEmpty,
            let node = try transaction.get(ObjectKey(kind: .node, namespace: "", name: name))
        else { return nil }
        let addresses = (node.fields.array(at: "status", "addresses") ?? [])
            .filter { $0["type"] == "InternalIP" }.compactMap { $0["address"]?.string }
            .filter { IPAddress($0) != nil }
        return addresses.isEmpty ? nil : addresses
    }

    /// Picks a free address of each pod block, going on where the last pod's search ended.
    ///
    /// The first address of a block is the node's own: pods find the rest of the world there.
    func pickPodIPs(_ key: ObjectKey) throws -> [String] {
        try settings.podCIDRs.map { try pickPodIP($0, key).description }
    }

    private func pickPodIP(_ block: CIDRBlock, _ key: ObjectKey) throws -> IPAddress {
        let range = ClusterIPRange(block: block)
        let name = block.description
        if podCursors[name] == nil {
            let saved = try transaction.setting(WriteSession.cursorSetting(name))
            podCursors[name] = saved.flatMap { UInt64($0) } ?? 0
        }
        let start = max(1, podCursors[name] ?? 1)
        let count = range.count > 0 ? range.count - 1 : 0
        for step in 0..<count {
            let offset = 1 + (start - 1 &+ step) % count
            guard let address = range.address(at: offset) else { break }
            guard
                try transaction.count(.pod, namespace: nil, term: .podIP(address.description)) == 0
            else { continue }
            podCursors[name] = offset + 1
            return address
        }
        throw RegistryError.exhausted(
            key,
            reason: "failed to allocate a pod IP for \"\(key.name)\": \(block) is full; "
                + "create the registry with a larger --pod-cidr"
        )
    }

    private static func cursorSetting(_ block: String) -> String { "podCursor:\(block)" }

    /// Keeps where the search for free pod addresses ended.
    func savePodCursors() throws {
        for (block, offset) in podCursors {
            try transaction.setSetting(WriteSession.cursorSetting(block), to: String(offset))
        }
    }
}
