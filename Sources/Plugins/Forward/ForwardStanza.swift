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
        var options = ForwardOptions(context: context)
        try cursor.readOptions { option, cursor in
            try options.read(option, &cursor, &self)
        }
        let lookup = HostLookup(servers: options.resolvers)
        for (text, cursor) in targets {
            let found = try ForwardTarget(text).endpoints(cursor, context, lookup)
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
                "forward: more than \(ForwardStanza.upstreamCountMax) TOs configured:"
                    + " \(settings.endpoints.count)",
                mend: "leave some out"
            )
        }
        if let age = settings.maxAge, age < settings.expire {
            throw cursor.error(
                "forward: max_age (\(GoDuration.text(age))) must not be less than expire"
                    + " (\(GoDuration.text(settings.expire)))",
                mend: "make max_age longer, or 0s"
            )
        }
    }
}
