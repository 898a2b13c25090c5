public import Addresses
internal import DNSWire

extension ClusterSnapshot {
    /// The pods at an address, sorted by namespace and name; none unless they are indexed so.
    public func clients(at address: IPAddress) -> [ClientPod] { clients.pods(at: address.octets) }

    /// Octets of a namespace's label with its length, and of an address.
    private static let podKeyOctetsMax = 64 + 16

    /// Whether a pod of a namespace has an address; false unless pods are watched.
    ///
    /// Several pods may have one address, that of their host.
    ///
    /// - Parameters:
    ///   - namespace: The namespace as a label in lower case, its length octet first.
    ///   - address: The address.
    /// - Returns: Whether there is such a pod, pending or running.
    public func hasPod(_ namespace: UnsafeRawBufferPointer, at address: IPAddress) -> Bool {
        guard let source = namespace.baseAddress, namespace.count <= 64 else {
            return false
        }
        return unsafe withUnsafeTemporaryAllocation(
            byteCount: ClusterSnapshot.podKeyOctetsMax,
            alignment: 8
        ) { key in
            guard let base = key.baseAddress else { return false }
            // SAFETY: 64 octets at most, and 16 behind them, are within the allocation.
            unsafe base.copyMemory(from: source, byteCount: namespace.count)
            let count = unsafe address.store(to: base + namespace.count) + namespace.count
            let octets = unsafe UnsafeRawBufferPointer(start: base, count: count)
            return unsafe pods.find(base, count: count, hash: keyHash(octets)) != nil
        }
    }
}

extension IPAddress {
    /// Stores the address in network order, and returns how many octets that are.
    ///
    /// Unsafe: there must be room for 16 octets.
    fileprivate func store(to target: UnsafeMutableRawPointer) -> Int {
        if isIPv4 {
            unsafe target.storeBytes(of: UInt32(truncatingIfNeeded: low).bigEndian, as: UInt32.self)
            return 4
        }
        unsafe target.storeBytes(of: high.bigEndian, as: UInt64.self)
        unsafe target.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        return 16
    }
}
