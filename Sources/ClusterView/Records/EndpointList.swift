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
            // SAFETY: four numbers of at most three digits and three dashes are 15 octets.
            appendDashed(UInt32(truncatingIfNeeded: address.low)) { octet in
                unsafe octets[count] = octet
                count += 1
            }
            return count
        }
    }

    /// Writes an IPv4 address with dashes: at most 15 octets.
    @inline(__always)
    static func appendDashed(_ address: UInt32, _ write: (UInt8) -> Void) {
        var shift: UInt32 = 24
        while true {
            let value = UInt8(truncatingIfNeeded: address >> shift)
            if value >= 100 { write(UInt8(ascii: "0") + value / 100) }
            if value >= 10 { write(UInt8(ascii: "0") + value / 10 % 10) }
            write(UInt8(ascii: "0") + value % 10)
            guard shift > 0 else { return }
            write(UInt8(ascii: "-"))
            shift -= 8
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

    /// Gives back memory that was kept for more endpoints.
    mutating func trim() {
        octets = unsafe octets.withUnsafeBytes { unsafe [UInt8]($0) }
    }

    /// Appends an endpoint; one whose label is too long for a name is left out.
    mutating func append(_ endpoint: EndpointData) {
        let label = endpoint.label.utf8
        guard label.count <= 63 else { return }
        guard endpoint.label != EndpointData.dashedLabel(endpoint.address) else {
            return append(endpoint.address)
        }
        appendOctets(of: endpoint.address)
        octets.append(UInt8(label.count))
        octets.append(contentsOf: label)
    }

    /// Appends an endpoint whose label is its address in canonical form, with dashes.
    mutating func append(_ address: IPAddress) {
        appendOctets(of: address)
        octets.append(0)
    }

    private mutating func appendOctets(of address: IPAddress) {
        octets.append(address.isIPv4 ? 4 : 16)
        if !address.isIPv4 { append(address.high, octetCount: 8) }
        append(address.low, octetCount: address.isIPv4 ? 4 : 8)
    }

    private mutating func append(_ word: UInt64, octetCount: Int) {
        for index in (0..<octetCount).reversed() {
            octets.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * index)))
        }
    }

    func makeIterator() -> Iterator { Iterator(packed: packed) }

    /// The endpoints with labels as they are packed: empty if they are the address with dashes.
    var packed: PackedIterator { PackedIterator(octets: octets) }

    /// Walks over endpoints without making strings.
    struct PackedIterator: IteratorProtocol, Sequence {
        private let octets: [UInt8]
        private var offset = 0

        fileprivate init(octets: [UInt8]) {
            self.octets = octets
        }

        mutating func next() -> (address: IPAddress, label: ArraySlice<UInt8>)? {
            guard offset < octets.count else { return nil }
            let isIPv4 = octets[offset] == 4
            offset += 1
            let high = isIPv4 ? 0 : word(8)
            let low = word(isIPv4 ? 4 : 8)
            let address =
                isIPv4
                ? IPAddress(ipv4: UInt32(truncatingIfNeeded: low))
                : IPAddress(ipv6High: high, low: low)
            let start = offset + 1
            offset = start + Int(octets[offset])
            return (address, octets[start..<offset])
        }

        private mutating func word(_ count: Int) -> UInt64 {
            var word: UInt64 = 0
            for _ in 0..<count {
                word = word << 8 | UInt64(octets[offset])
                offset += 1
            }
            return word
        }
    }

    /// Unpacks endpoints one by one.
    struct Iterator: IteratorProtocol {
        fileprivate var packed: PackedIterator

        mutating func next() -> EndpointData? {
            guard let (address, label) = packed.next() else { return nil }
            return EndpointData(
                address: address,
                label: label.isEmpty
                    ? EndpointData.dashedLabel(address) : String(decoding: label, as: UTF8.self)
            )
        }
    }
}
