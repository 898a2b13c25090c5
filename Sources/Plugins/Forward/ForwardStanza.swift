internal import Addresses
internal import Corefile
internal import DNSWire
internal import SecureTransport
internal import Upstreams

/// What a `forward` stanza says.
struct ForwardStanza {
    /// The names that are forwarded.
    var zone: Name
    /// The names in the zone that are not.
    var exceptions: [Name] = []
    /// The upstreams, and how they are asked.
    var settings: UpstreamSettings
    /// The codes of replies for which the next stanza is asked.
    var passedOn: Set<UInt16> = []
    /// Whether the next stanza is asked for replies without data.
    var passesOnNoData = false

    /// Upstreams of a stanza, at most (CoreDNS `forward`).
    static let upstreamCountMax = 15

    /// Reads a stanza: `FROM TO... { … }`.
    init(
        _ cursor: inout DirectiveCursor,
        _ context: BlockContext,
        _ warnings: inout [String]
    ) throws {
        let from = try cursor.argument("FROM, such as . or example.org")
        let zones = try cursor.zones(from)
        guard let first = zones.first else {
            throw cursor.wrong(from, "is not a zone", mend: "write . or a domain name")
        }
        if zones.count > 1 {
            warnings.append(
                "forward: \(from) stands for \(zones.count) zones; only \(first) is used"
            )
        }
        zone = first
        settings = UpstreamSettings([])
        var targets: [(text: String, cursor: DirectiveCursor)] = []
        while let text = cursor.nextArgument() { targets.append((text, cursor)) }
        guard !targets.isEmpty else {
            throw cursor.error("forward: no upstream is named", mend: "write forward FROM TO...")
        }
        var options = ForwardOptions()
        try cursor.readOptions { option, cursor in
            try options.read(option, &cursor, &self)
        }
        var lookup = HostLookup(servers: options.resolvers)
        for target in targets {
            let found = try ForwardStanza.endpoints(target.text, target.cursor, context, &lookup)
            for endpoint in found where !settings.endpoints.contains(endpoint) {
                settings.endpoints.append(endpoint)
            }
        }
        guard !settings.endpoints.isEmpty else {
            throw cursor.error(
                "forward: no valid upstream addresses found",
                mend: "name at least one address, or a file with nameserver lines"
            )
        }
        guard settings.endpoints.count <= ForwardStanza.upstreamCountMax else {
            throw cursor.error(
                "forward: more than \(ForwardStanza.upstreamCountMax) upstreams are named",
                mend: "leave some out"
            )
        }
        if let age = settings.maxAge, age < settings.expire {
            throw cursor.error(
                "forward: max_age is less than expire",
                mend: "make it at least \(GoDuration.text(settings.expire)), or 0s"
            )
        }
    }

    /// The upstreams that an argument means: an address, a file like resolv.conf, or a host's name.
    private static func endpoints(
        _ text: String,
        _ cursor: DirectiveCursor,
        _ context: BlockContext,
        _ lookup: inout HostLookup
    ) throws(CorefileError) -> [UpstreamEndpoint] {
        if let endpoint = ServerEndpoint(text) {
            guard let scheme = UpstreamScheme(rawValue: endpoint.scheme.rawValue) else {
                throw cursor.wrong(
                    text,
                    "has a transport that upstreams can't be asked over",
                    mend: "use dns://, tls:// or https://"
                )
            }
            return [
                UpstreamEndpoint(
                    scheme: scheme,
                    address: endpoint.address,
                    port: endpoint.port,
                    serverName: endpoint.zone.isEmpty ? nil : endpoint.zone
                )
            ]
        }
        if let servers = try nameservers(context.path(text), cursor) {
            return servers.map { UpstreamEndpoint(address: $0) }
        }
        if let addresses = lookup.addresses(of: text) {
            return addresses.map {
                UpstreamEndpoint(scheme: $0.scheme, address: $0.address, port: $0.port)
            }
        }
        throw cursor.error(
            "forward: \"\(text)\" is not an IP address or file",
            mend: "write an address such as 10.0.0.1 or 10.0.0.1:53, or a file like"
                + " /etc/resolv.conf"
        )
    }

    /// The servers in a file like resolv.conf; nil if there is no such file.
    private static func nameservers(
        _ path: String,
        _ cursor: DirectiveCursor
    ) throws(CorefileError) -> [IPAddress]? {
        let octets: [UInt8]
        do throws(CorefileFileError) {
            octets = try DiskFiles().contents(of: path)
        } catch {
            return nil
        }
        var servers: [IPAddress] = []
        for line in octets.split(separator: UInt8(ascii: "\n")) {
            let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            guard words.count >= 2, words[0] == "nameserver" else { continue }
            // A zone index, as in fe80::1%eth0, names the interface.
            let text = words[1].split(separator: "%").first ?? words[1]
            guard let address = IPAddress(String(text)) else { continue }
            if !servers.contains(address) { servers.append(address) }
        }
        return servers
    }
}
