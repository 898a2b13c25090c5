internal import Addresses
internal import CNetfilter

/// The kernel's table of connections.
///
/// What the packet filter says about a flow holds for its first packet; the others follow the
/// table. A UDP client that goes on sending keeps its endpoint for ever, also one that is gone.
enum Flows {
    /// Forgets the UDP flows whose endpoint is none any more (kube-proxy conntrack/cleanup.go).
    ///
    /// - Parameters:
    ///   - fronts: Where they come in, with the endpoints that they may go to.
    ///   - link: The way to the kernel.
    ///   - isLocal: Whether an address is one of this node.
    /// - Returns: The number of flows that were forgotten.
    static func forgetStale(
        _ fronts: [FlowFront: Set<Backend.Place>],
        over link: KernelLink,
        isLocal: (IPAddress) -> Bool
    ) -> Int {
        var count = 0
        for isIPv4 in [true, false] where fronts.keys.contains(where: { $0.isIPv4 == isIPv4 }) {
            for record in link.udpFlows(isIPv4: isIPv4)
            where isStale(Flow(record, isIPv4), fronts, isLocal) && link.forget(record) {
                count += 1
            }
        }
        return count
    }

    /// A flow, as far as it matters.
    struct Flow {
        var destination: Backend.Place
        var answerer: Backend.Place
        var isTranslated: Bool
    }

    /// Whether a flow comes in at one of some places, and goes to none of the endpoints there.
    static func isStale(
        _ flow: Flow,
        _ fronts: [FlowFront: Set<Backend.Place>],
        _ isLocal: (IPAddress) -> Bool
    ) -> Bool {
        let place = flow.destination
        let isIPv4 = place.address.isIPv4
        let exact = FlowFront(address: place.address, port: place.port, isIPv4: isIPv4)
        if let endpoints = fronts[exact] { return !endpoints.contains(flow.answerer) }
        let nodePort = FlowFront(address: nil, port: place.port, isIPv4: isIPv4)
        guard let endpoints = fronts[nodePort], flow.isTranslated || isLocal(place.address) else {
            return false
        }
        return !endpoints.contains(flow.answerer)
    }
}

extension Flows.Flow {
    fileprivate init(_ flow: cnf_flow, _ isIPv4: Bool) {
        var record = flow
        let count = isIPv4 ? 4 : 16
        // SAFETY: the fields have 16 octets each.
        let destination = unsafe withUnsafeBytes(of: &record.original.destination) {
            unsafe Array($0.prefix(count))
        }
        let answerer = unsafe withUnsafeBytes(of: &record.reply.source) {
            unsafe Array($0.prefix(count))
        }
        let none = IPAddress(ipv4: 0)
        self.init(
            destination: Backend.Place(
                address: IPAddress(octets: destination) ?? none,
                port: Int(flow.original.destination_port)
            ),
            answerer: Backend.Place(
                address: IPAddress(octets: answerer) ?? none,
                port: Int(flow.reply.source_port)
            ),
            // IPS_DST_NAT: the destination was changed.
            isTranslated: flow.status & (1 << 5) != 0
        )
    }
}
