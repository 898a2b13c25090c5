/// A pod, as one that asks is described.
public struct ClientPod: Sendable, Hashable {
    /// A label of the pod.
    public struct Label: Sendable, Hashable {
        /// The label's name.
        public let name: String
        /// The label's value.
        public let value: String
    }

    /// The pod's namespace.
    public let namespace: String
    /// The pod's name.
    public let name: String
    /// The pod's labels, in the order of the object.
    public let labels: [Label]
}

/// The pods at an address: several, if it is that of their host.
///
/// `@unchecked Sendable`: the memory behind `key` is written before `init` ends and freed in
/// `deinit`; all properties never change.
@safe
final class ClientRecord: TrieLeaf, @unchecked Sendable {
    let hash: UInt64
    let key: UnsafeRawBufferPointer
    /// The pods, sorted by namespace and name.
    let pods: [ClientPod]

    /// Makes the record of an address in network order.
    init(_ address: [UInt8], _ pods: [ClientPod]) {
        var builder = OctetBlockBuilder()
        _ = builder.append(address)
        let block = unsafe builder.finish()
        unsafe key = block.part(0, address.count)
        hash = unsafe keyHash(key)
        self.pods = pods.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    }

    deinit {
        // SAFETY: the block came from OctetBlockBuilder.finish() and belongs to this object alone.
        unsafe key.deallocate()
    }
}

extension HashTrie<ClientRecord> {
    /// The pods at an address in network order.
    func pods(at address: [UInt8]) -> [ClientPod] {
        unsafe address.withUnsafeBytes { octets in
            guard let base = octets.baseAddress else { return [] }
            // SAFETY: the trie, which holds the record, is borrowed for the call.
            let found = unsafe find(base, count: octets.count, hash: keyHash(octets))
            return unsafe found?._withUnsafeGuaranteedRef { $0.pods } ?? []
        }
    }
}
