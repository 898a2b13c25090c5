internal import Addresses
internal import KubernetesModel

/// A port as DNS needs it.
struct PortData: Hashable {
    /// The port's name in lower case; empty if it has none.
    var name: String
    /// The port's protocol.
    var transport: TransportProtocol
    /// The port's number; nil if DNS can't say one (a slice port that means all ports).
    var number: UInt16?
}

/// A slice as DNS needs it: what is ready in it.
struct SliceData: Hashable {
    /// The ports that all endpoints of the slice have.
    var ports: [PortData]
    /// The ready endpoints.
    var endpoints: EndpointList
}

/// A service as DNS needs it, without its endpoints.
struct ServiceData: Hashable {
    /// What kind of answers the service's name gives.
    enum Shape: UInt8 {
        /// Cluster IPs.
        case virtual
        /// The addresses of the ready endpoints.
        case headless
        /// An alias.
        case external
        /// Nothing: a service whose addresses are missing, or an alias of an address literal.
        case absent
    }

    /// The namespace, lower case.
    var namespace: String
    /// The name, lower case.
    var name: String
    /// What the service's name answers with.
    var shape: Shape
    /// The cluster IPs of a virtual service.
    var clusterIPs: [IPAddress]
    /// The ports of a virtual service.
    var ports: [PortData]
    /// The target of an external service as a name in wire form, lower case; empty otherwise.
    var externalName: [UInt8]
}

extension ServiceData {
    /// Reads what DNS needs of a service.
    init(_ service: Service) {
        namespace = service.metadata.namespace.lowercased()
        name = service.metadata.name.lowercased()
        clusterIPs = []
        ports = []
        externalName = []
        if service.type == .externalName {
            // An address literal passes the API's validation but is no target of an alias.
            let target = wireName(service.externalName)
            shape = target == nil || IPAddress(service.externalName) != nil ? .absent : .external
            externalName = shape == .external ? target ?? [] : []
            return
        }
        ports = service.ports.map {
            PortData(
                name: $0.name.lowercased(),
                transport: $0.transport,
                number: UInt16(exactly: $0.port)
            )
        }
        if service.isHeadless {
            shape = .headless
        } else {
            clusterIPs = service.clusterIPs.compactMap { IPAddress($0) }
            shape = clusterIPs.isEmpty ? .absent : .virtual
        }
    }
}

/// A name in uncompressed wire form, lower case; nil if the text is no domain name.
///
/// The text is an object's field that the API has validated as a DNS subdomain, so that there are
/// no escapes to read: any other text gives nil.
func wireName(_ text: String) -> [UInt8]? {
    var octets: [UInt8] = []
    let trimmed = text.hasSuffix(".") ? text.dropLast() : text[...]
    guard !trimmed.isEmpty else { return text == "." ? [0] : nil }
    for label in trimmed.split(separator: ".", omittingEmptySubsequences: false) {
        guard let wire = wireLabel(String(label)) else { return nil }
        octets.append(contentsOf: wire)
    }
    octets.append(0)
    return octets.count <= 255 ? octets : nil
}

/// A label in wire form: its length, then its octets in lower case; nil if it is empty or too long.
func wireLabel(_ text: String) -> [UInt8]? {
    let octets = text.utf8.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
    guard (1...63).contains(octets.count), !octets.contains(UInt8(ascii: ".")) else { return nil }
    return [UInt8(octets.count)] + octets
}
