internal import Addresses
internal import Corefile
internal import Upstreams

/// A `TO` of a `forward` stanza: `[SCHEME://]HOST[%SERVERNAME][:PORT]`, or a file.
struct ForwardTarget {
    /// The text without the name that the server's certificate must have.
    private let text: String
    /// That name; nil if the text has none.
    private let serverName: String?

    /// Splits a text; only servers spoken to over TLS have certificates.
    init(_ text: String) {
        let isSecure = ["tls://", "https://"].contains { text.hasPrefix($0) }
        guard isSecure, let sign = text.firstIndex(of: "%") else {
            self.text = text
            serverName = nil
            return
        }
        let name = text[text.index(after: sign)...].prefix { $0 != ":" && $0 != "]" }
        self.text = String(text[..<sign] + text[name.endIndex...])
        serverName = name.isEmpty ? nil : String(name)
    }

    /// The upstreams that the target means: an address, a file like resolv.conf, or a host's name.
    ///
    /// - Throws: `CorefileError` if it means none, at the place where the cursor stands.
    func endpoints(
        _ cursor: DirectiveCursor,
        _ context: BlockContext,
        _ lookup: HostLookup
    ) throws(CorefileError) -> [UpstreamEndpoint] {
        if let endpoint = ServerEndpoint(text) {
            guard let scheme = UpstreamScheme(rawValue: endpoint.scheme.rawValue) else {
                throw cursor.error(
                    "forward: '\(endpoint.scheme.rawValue)' is not supported as a destination"
                        + " protocol: \(text)",
                    mend: "use dns://, tls:// or https://"
                )
            }
            return [
                UpstreamEndpoint(
                    scheme: scheme,
                    address: endpoint.address,
                    port: endpoint.port,
                    serverName: serverName
                )
            ]
        }
        if let servers = ForwardTarget.nameservers(context.path(text)) {
            return servers.map { UpstreamEndpoint(address: $0) }
        }
        if let found = lookup.addresses(of: text) {
            return found.map {
                UpstreamEndpoint(
                    scheme: $0.scheme,
                    address: $0.address,
                    port: $0.port,
                    serverName: serverName
                )
            }
        }
        throw cursor.error(
            "forward: not an IP address, a file or a host that can be found: \"\(text)\"",
            mend: "write an address such as 10.0.0.1 or 10.0.0.1:53, or a file like"
                + " /etc/resolv.conf"
        )
    }

    /// The servers in a file like resolv.conf; nil if there is no such file.
    private static func nameservers(_ path: String) -> [IPAddress]? {
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
