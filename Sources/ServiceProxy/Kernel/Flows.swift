internal import Addresses
internal import CNetfilter
internal import Glibc

/// The kernel's table of connections.
///
/// What the packet filter says about a flow holds for its first packet; the others follow the
/// table. A UDP client that goes on sending keeps its endpoint for ever, also one that is gone.
enum Flows {
    /// Forgets the UDP flows whose endpoint is none any more (kube-proxy conntrack/cleanup.go).
    ///
    /// - Parameters:
    ///   - fronts: Where they come in, with the endpoints that they may go to.
    ///   - isLocal: Whether an address is one of this node.
    /// - Returns: The number of flows that were forgotten.
    static func forgetStale(
        _ fronts: [FlowFront: Set<Backend.Place>],
        isLocal: (IPAddress) -> Bool
    ) -> Int {
        var count = 0
        for isIPv4 in [true, false] where fronts.keys.contains(where: { $0.isIPv4 == isIPv4 }) {
            for flow in list(isIPv4: isIPv4) where isStale(flow, fronts, isLocal) {
                // SAFETY: the pointer is valid for the call.
                if unsafe withUnsafePointer(to: flow.record, { unsafe cnf_forget_flow($0) }) == 0 {
                    count += 1
                }
            }
        }
        return count
    }

    /// A flow, as far as it matters.
    struct Flow {
        var destination: Backend.Place
        var answerer: Backend.Place
        var isTranslated: Bool
        fileprivate var record = cnf_flow()

        init(destination: Backend.Place, answerer: Backend.Place, isTranslated: Bool) {
            self.destination = destination
            self.answerer = answerer
            self.isTranslated = isTranslated
        }
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

    private static func list(isIPv4: Bool) -> [Flow] {
        var first: UnsafeMutablePointer<cnf_flow>?
        var count = 0
        let family = UInt8(isIPv4 ? AF_INET : AF_INET6)
        let code = unsafe cnf_list_flows(
            family,
            UInt8(IPPROTO_UDP),
            ProxyLimits.flowsMax,
            &first,
            &count
        )
        guard code == 0, let first = unsafe first else { return [] }
        // SAFETY: the list is own until it is freed, and has as many flows as it says.
        defer { unsafe cnf_free_flows(first) }
        return unsafe UnsafeBufferPointer(start: first, count: count).map { Flow($0, isIPv4) }
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
        self.record = flow
    }
}
