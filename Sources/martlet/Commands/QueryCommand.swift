import Addresses
import ArgumentParser
import DNSWire

/// Asks a server.
struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Ask a server for a name, and print the answer as dig does.",
        discussion: """
            Examples:
              martlet query web.shop.svc.cluster.local
              martlet query _http._tcp.web.shop.svc.cluster.local SRV
              martlet query -x 10.96.0.21
              martlet query web.shop.svc.cluster.local --short --server 127.0.0.1:53
              martlet query @10.96.0.10:53 +short web.shop.svc.cluster.local AAAA

            A truncated answer is asked for again over TCP. The exit status is 0 whatever the \
            answer says, and 69 if none came.
            """
    )

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The server: ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT.",
            discussion: "Default: $MARTLET_SERVER, else 127.0.0.1:1053.",
            valueName: "server"
        )
    )
    var server: String?

    @Option(name: [.short, .long], help: "The server's port, if --server names none.")
    var port: UInt16 = 1053

    @Flag(help: "Print only the data of the answers.")
    var short = false

    @Flag(help: "Ask over TCP.")
    var tcp = false

    @Flag(help: "Ask without EDNS.")
    var noEdns = false

    @Flag(help: "Ask for signatures too.")
    var dnssec = false

    @Flag(help: "Ask for no recursion.")
    var norecurse = false

    @Option(help: "The octets of a UDP answer that are accepted.")
    var bufsize: UInt16 = 1232

    @Option(help: "Seconds to wait for an answer.")
    var timeout: Double = 2

    @Option(help: "How often to ask over UDP.")
    var tries = 3

    @Option(name: .customShort("x"), help: ArgumentHelp("Ask for the name of an address."))
    var address: String?

    @Option(name: .customShort("t"), help: ArgumentHelp("The type.", valueName: "type"))
    var type: String?

    @Argument(help: "NAME [TYPE]; the type is A unless it is given. @SERVER and +short do too.")
    var words: [String] = []

    func run() throws {
        let words = try QueryWords(words)
        let question = try question(words)
        let client = try client(words.server ?? server)
        var header = Header(id: UInt16.random(in: 0...UInt16.max))
        header.isRecursionDesired = !norecurse && !words.flags.contains(.norecurse)
        var query = Message(header: header, questions: [question])
        if !noEdns, !words.flags.contains(.noedns) {
            let isDNSSECOK = dnssec || words.flags.contains(.dnssec)
            query.edns = EDNS(udpPayloadSize: bufsize, isDNSSECOK: isDNSSECOK)
        }
        let answer = try client.ask(query, onlyTCP: tcp || words.flags.contains(.tcp))
        guard !short, !words.flags.contains(.short) else {
            return Output.write(DigText.short(answer.message))
        }
        let transport = answer.usedTCP ? "TCP" : "UDP"
        Output.write(
            "\n; <<>> martlet \(Version.text) <<>> \(question.name) \(question.type)\n"
                + DigText.text(answer.message) + """
                    ;; Query time: \(answer.milliseconds) msec
                    ;; SERVER: \(client.place)(\(client.address)) (\(transport))
                    ;; WHEN: \(Timestamp.text(Timestamp.now))
                    ;; MSG SIZE  rcvd: \(answer.octets.count)


                    """
        )
    }

    private func question(_ words: QueryWords) throws -> Question {
        if let address {
            guard let parsed = IPAddress(address) else {
                throw Failure("-x \(address) is not an IP address", status: .usage)
            }
            let name = QueryCommand.reverseName(parsed)
            return Question(name: try QueryCommand.name(name), type: .ptr)
        }
        guard let name = words.name else {
            throw Failure("write a name and, if you like, a type", status: .usage)
        }
        var asked = words.type ?? .a
        if let type {
            guard let found = RecordType(type) else { throw QueryWords.noType(type) }
            asked = found
        }
        return Question(name: try QueryCommand.name(name), type: asked)
    }

    private static func name(_ text: String) throws -> Name {
        do throws(NameError) {
            return try Name(parsing: text)
        } catch {
            throw Failure("'\(text)' is no name: \(error)", status: .usage)
        }
    }

    /// The name that holds an address's PTR record (RFC 1035 §3.5, RFC 3596 §2.5).
    static func reverseName(_ address: IPAddress) -> String {
        if address.isIPv4 {
            return address.octets.reversed().map { "\($0)." }.joined() + "in-addr.arpa."
        }
        return address.octets.reversed()
            .map { "\(String($0 & 0xF, radix: 16)).\(String($0 >> 4, radix: 16))." }.joined()
            + "ip6.arpa."
    }

    private func client(_ server: String?) throws -> DNSClient {
        let text = server ?? SystemFiles.environment("MARTLET_SERVER") ?? "127.0.0.1"
        guard let (address, port) = QueryCommand.place(text, defaultPort: port) else {
            throw Failure(
                "server \(text): write ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT",
                status: .usage
            )
        }
        guard timeout > 0, timeout <= 3600 else {
            throw Failure("--timeout must be more than 0 and at most 3600", status: .usage)
        }
        return DNSClient(
            address: address,
            port: port,
            timeoutMilliseconds: Int32(timeout * 1000),
            attempts: max(1, tries)
        )
    }

    /// Reads an address with or without a port; nil if it is none.
    static func place(_ text: String, defaultPort: UInt16) -> (IPAddress, UInt16)? {
        if let address = IPAddress(text) { return (address, defaultPort) }
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let inner = text[text.index(after: text.startIndex)..<end]
            guard let address = IPAddress(String(inner)) else { return nil }
            let rest = text[text.index(after: end)...]
            if rest.isEmpty { return (address, defaultPort) }
            guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()) else { return nil }
            return (address, port)
        }
        guard let colon = text.lastIndex(of: ":"), let address = IPAddress(String(text[..<colon])),
            address.isIPv4, let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        return (address, port)
    }
}
