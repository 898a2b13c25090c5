internal import Addresses
internal import DNSWire

extension ClusterAnswer {
    /// `NS.pod` and `A-B-C-D.NS.pod`.
    func findPod(
        _ name: AskedName,
        _ left: Int,
        into writer: inout ResponseWriter
    ) -> Finding {
        let mode = unsafe zone._withUnsafeGuaranteedRef { $0.podMode }
        if left == 1 { return .noData }
        guard mode != .disabled, left <= 3, isExposed(name, left - 2) else { return .nameError }
        if left == 2 { return .noData }
        guard let address = podAddress(name), mode == .insecure || hasPod(name, address) else {
            return .nameError
        }
        guard type == (address.isIPv4 ? TypeCode.a : TypeCode.aaaa) else { return .noData }
        let fits = unsafe address.octets.withUnsafeBytes {
            unsafe writer.writeAddresses(
                owner: name.position,
                $0,
                width: $0.count,
                timeToLive: timeToLive,
                first: 0,
                section: .answer
            )
        }
        if !fits { writer.isTruncated = true }
        return .records
    }

    /// The address that the first label means: three dashes and no double one are an IPv4
    /// address, anything else is IPv6 (CoreDNS `podIP` parsing).
    private func podAddress(_ name: AskedName) -> IPAddress? {
        let label = unsafe name.label(0)
        let count = unsafe Int(label.load(as: UInt8.self))
        let octets = unsafe UnsafeRawBufferPointer(start: label + 1, count: count)
        guard count <= 45 else { return nil }
        let dash = UInt8(ascii: "-")
        var dashes = 0
        var hasGap = false
        for index in 0..<count where unsafe octets[index] == dash {
            dashes += 1
            if index > 0, unsafe octets[index - 1] == dash { hasGap = true }
        }
        let separator = dashes == 3 && !hasGap ? UInt8(ascii: ".") : UInt8(ascii: ":")
        let text = unsafe octets.map { $0 == dash ? separator : $0 }
        guard !text.contains(UInt8(ascii: ".")) || separator == UInt8(ascii: ".") else {
            return nil
        }
        return IPAddress(String(decoding: text, as: UTF8.self))
    }

    /// Whether a pod of the namespace in the second label has the address.
    private func hasPod(_ name: AskedName, _ address: IPAddress) -> Bool {
        let namespace = unsafe name.label(1)
        let count = unsafe Int(namespace.load(as: UInt8.self)) + 1
        let label = unsafe UnsafeRawBufferPointer(start: namespace, count: count)
        let key = unsafe Array(label) + address.octets
        return unsafe key.withUnsafeBytes { key in
            guard let base = key.baseAddress else { return false }
            return unsafe snapshot._withUnsafeGuaranteedRef {
                unsafe $0.pods.find(base, count: key.count, hash: keyHash(key)) != nil
            }
        }
    }
}
