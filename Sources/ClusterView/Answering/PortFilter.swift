/// Which ports a question means: those with a name and a protocol, in lower case.
@safe
struct PortFilter {
    /// The name without underscore; nil means any, and so does an empty one.
    var name: UnsafeRawBufferPointer?
    /// The protocol without underscore; nil means any, and so does an empty one.
    var transport: UnsafeRawBufferPointer?

    /// A label's octets without a leading underscore.
    static func text(_ label: UnsafeRawPointer) -> UnsafeRawBufferPointer {
        let count = unsafe Int(label.load(as: UInt8.self))
        let octets = unsafe UnsafeRawBufferPointer(start: label + 1, count: count)
        guard count > 0, unsafe octets[0] == UInt8(ascii: "_") else { return unsafe octets }
        return unsafe UnsafeRawBufferPointer(rebasing: octets[1...])
    }

    /// Whether a port of `service` is meant.
    func matches(_ port: PortEntry, of service: ServiceRecords) -> Bool {
        if let name = unsafe name, name.count > 0 {
            guard let base = name.baseAddress,
                unsafe sameOctets(service.name(port), base, count: name.count)
            else { return false }
        }
        guard let transport = unsafe transport, transport.count > 0 else { return true }
        return switch port.transport {
        case 0: unsafe PortFilter.isText(transport, "tcp")
        case 1: unsafe PortFilter.isText(transport, "udp")
        default: unsafe PortFilter.isText(transport, "sctp")
        }
    }

    private static func isText(_ octets: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
        unsafe sameOctets(
            octets,
            UnsafeRawPointer(text.utf8Start),
            count: text.utf8CodeUnitCount
        )
    }
}

extension ClusterAnswer {
    /// Whether a service, or an endpoint of a headless one, has a port that is meant.
    ///
    /// With `named`, only ports with a name count.
    func hasPort(_ service: ServiceRecords, _ filter: PortFilter, named: Bool = false) -> Bool {
        let range =
            unsafe service.shape == .virtual
            ? 0..<service.servicePortCount : service.servicePortCount..<service.ports.count
        for index in range {
            let port = unsafe service.ports[index]
            if named, port.nameCount == 0 { continue }
            if filter.matches(port, of: service) { return true }
        }
        return false
    }
}
