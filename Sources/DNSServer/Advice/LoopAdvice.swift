internal import Addresses
internal import Corefile
internal import DNSWire

/// Finds upstreams that are the server itself, so that queries would come back for ever.
struct LoopAdvice {
    private let plan: ServingPlan
    private let hostAddresses: [IPAddress]
    private let directory: String

    /// Looks for upstreams at the addresses of a plan's listeners.
    ///
    /// A listener without an address answers at `hostAddresses` and on loopback.
    init(_ plan: ServingPlan, hostAddresses: [IPAddress], directory: String) {
        self.plan = plan
        self.hostAddresses = hostAddresses
        self.directory = directory
    }

    /// What there is to say about a block.
    func advice(_ block: ServerBlock) -> [Advice] {
        guard let addresses = try? block.addresses() else { return [] }
        let zones = addresses.compactMap { Name($0.zone) }
        return block.directives(named: "forward").flatMap { directive -> [Advice] in
            let arguments = directive.arguments
            guard let text = arguments.first,
                let from = (try? ServerAddress.zones(of: text))?.first.flatMap({ Name($0) })
            else { return [] }
            // What the block forwards: its own names, as far as they are in FROM.
            let scopes = zones.compactMap { zone in
                from.isSubdomain(of: zone) ? from : zone.isSubdomain(of: from) ? zone : nil
            }
            return arguments.dropFirst().flatMap(endpoints).compactMap { endpoint, source in
                guard let key = listener(at: endpoint),
                    let scope = scopes.first(where: { takes(zones, $0, key) })
                else { return nil }
                return Advice(
                    at: directive.position,
                    "forward: \(source) is this server itself (\(key.label)): queries for \(scope)"
                        + " would come back; name another server"
                )
            }
        }
    }

    /// Whether a block with some zones answers for a name at a listener: another block may.
    private func takes(_ zones: [Name], _ name: Name, _ key: ListenerKey) -> Bool {
        let routes = plan.routes[key] ?? []
        let taker = routes.filter { name.isSubdomain(of: $0.zone) }
            .max { $0.zone.labelCount < $1.zone.labelCount }
        return taker.map { zones.contains($0.zone) } ?? false
    }

    private func listener(at endpoint: ServerEndpoint) -> ListenerKey? {
        plan.listeners.first { key in
            guard key.scheme == endpoint.scheme, key.port == endpoint.port else { return false }
            guard let address = key.address, address.high != 0 || address.low != 0 else {
                return isOurs(endpoint.address)
            }
            return address == endpoint.address
        }
    }

    private func isOurs(_ address: IPAddress) -> Bool {
        hostAddresses.contains(address) || (address.isIPv4 && address.octets.first == 127)
            || address == IPAddress(ipv6High: 0, low: 1)
    }

    /// The servers that an argument names, and how to call each.
    private func endpoints(_ text: String) -> [(ServerEndpoint, String)] {
        if let endpoint = ServerEndpoint(text) { return [(endpoint, text)] }
        let path = text.hasPrefix("/") || directory.isEmpty ? text : "\(directory)/\(text)"
        guard let octets = try? DiskFiles().contents(of: path) else { return [] }
        return String(decoding: octets, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap
        {
            let words = $0.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2, words[0] == "nameserver",
                let address = IPAddress(String(words[1]))
            else { return nil }
            return (ServerEndpoint(address: address, port: 53), "\(address) in \(text)")
        }
    }
}
