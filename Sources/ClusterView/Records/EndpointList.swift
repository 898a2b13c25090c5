internal import Addresses
internal import DNSWire

/// A ready endpoint as DNS needs it.
struct EndpointData: Hashable {
    /// The endpoint's address.
    var address: IPAddress
    /// The label under which the endpoint is found below its service; lower case.
    var label: String

    /// The label of an endpoint that has no better one: its address as it is written, with dashes.
    ///
    /// A trailing dash gets a zero behind it (CoreDNS `endpointHostname`).
    static func dashedLabel(_ address: String) -> String {
        unsafe String(unsafeUninitializedCapacity: address.utf8.count + 1) { octets in
            var count = 0
            for octet in address.utf8 {
                let isSeparator = octet == UInt8(ascii: ".") || octet == UInt8(ascii: ":")
                unsafe octets[count] = isSeparator ? UInt8(ascii: "-") : octet.asciiLowercased
                count += 1
            }
            // SAFETY: the capacity is one more than the address has octets.
            if count > 0, unsafe octets[count - 1] == UInt8(ascii: "-") {
                unsafe octets[count] = UInt8(ascii: "0")
                count += 1
            }
            return count
        }
    }

    /// The same for an address in its canonical form.
    static func dashedLabel(_ address: IPAddress) -> String {
        guard address.isIPv4 else { return dashedLabel(address.description) }
        return unsafe String(unsafeUninitializedCapacity: 15) { octets in
            var count = 0
            for shift in [24, 16, 8, 0] as [UInt64] {
                let value = UInt8(truncatingIfNeeded: address.low >> shift)
                // SAFETY: four numbers of at most three digits and three dashes are 15 octets.
                if count > 0 {
                    unsafe octets[count] = UInt8(ascii: "-")
                    count += 1
                }
                for (divisor, isNeeded) in [(100, value >= 100), (10, value >= 10), (1, true)]
                    as [(UInt8, Bool)] where isNeeded
                {
                    unsafe octets[count] = UInt8(ascii: "0") + value / divisor % 10
                    count += 1
                }
            }
            return count
        }
    }
}

/// Endpoints, packed: a view remembers each endpoint of the registry.
///
/// Each is the count of its address's octets, the address, the count of its label's octets, and the
/// label; a label that is the address with dashes is left out.
struct EndpointList: Hashable, Sequence {
    private var octets: [UInt8] = []

    /// Whether there are none.
    var isEmpty: Bool { octets.isEmpty }

    /// Appends an endpoint; one whose label is too long for a name is left out.
    mutating func append(_ endpoint: EndpointData) {
        let label = endpoint.label.utf8
        guard label.count <= 63 else { return }
        let address = endpoint.address.octets
        octets.append(UInt8(address.count))
        octets.append(contentsOf: address)
        if endpoint.label == EndpointData.dashedLabel(endpoint.address) {
            octets.append(0)
        } else {
            octets.append(UInt8(label.count))
            octets.append(contentsOf: label)
        }
    }

    func makeIterator() -> Iterator { Iterator(octets: octets) }

    /// Unpacks endpoints one by one.
    struct Iterator: IteratorProtocol {
        fileprivate let octets: [UInt8]
        private var offset = 0

        fileprivate init(octets: [UInt8]) {
            self.octets = octets
        }

        mutating func next() -> EndpointData? {
            guard offset < octets.count else { return nil }
            let addressEnd = offset + 1 + Int(octets[offset])
            guard let address = IPAddress(octets: octets[(offset + 1)..<addressEnd]) else {
                return nil
            }
            let labelEnd = addressEnd + 1 + Int(octets[addressEnd])
            offset = labelEnd
            guard labelEnd > addressEnd + 1 else {
                return EndpointData(address: address, label: EndpointData.dashedLabel(address))
            }
            let label = String(decoding: octets[(addressEnd + 1)..<labelEnd], as: UTF8.self)
            return EndpointData(address: address, label: label)
        }
    }
}
