internal import Addresses
internal import Corefile
internal import DNSWire
internal import SecureTransport
internal import Upstreams

/// The lines in the block of a `forward` stanza.
struct ForwardOptions {
    /// What is known of the block.
    let context: BlockContext
    /// The servers that are asked for the addresses of upstreams that are named; empty means the
    /// system's.
    var resolvers: [ServerEndpoint] = []

    /// Reads one line.
    mutating func read(
        _ option: String,
        _ cursor: inout DirectiveCursor,
        _ stanza: inout ForwardStanza
    ) throws {
        switch option {
        case "except":
            let names = cursor.remainingArguments()
            guard !names.isEmpty else {
                throw cursor.error("'except' needs a name", mend: "write except NAME...")
            }
            for name in names { stanza.exceptions += try cursor.zones(name) }
        case "next":
            for code in try codes(&cursor) { stanza.passedOn.insert(code.rawValue) }
        case "next_on_nodata": stanza.passesOnNoData = true
        case "failover":
            let codes = try codes(&cursor)
            guard !codes.contains(.noError) else {
                throw cursor.error(
                    "forward: NOERROR cannot be used in failover",
                    mend: "name codes of failure, such as SERVFAIL"
                )
            }
            stanza.settings.failover.formUnion(codes)
        case "resolver":
            repeat { resolvers.append(try cursor.endpoint()) } while cursor.hasArgument
        default:
            if try readConnection(option, &cursor, &stanza.settings) { return }
            if try readChoice(option, &cursor, &stanza.settings) { return }
            throw cursor.unknownOption(known: PluginDirective.forwardManual.optionNames)
        }
    }

    /// Reads a line about connections; false if it is about something else.
    private func readConnection(
        _ option: String,
        _ cursor: inout DirectiveCursor,
        _ settings: inout UpstreamSettings
    ) throws -> Bool {
        switch option {
        case "force_tcp": settings.forcesTCP = true
        case "prefer_udp": settings.prefersUDP = true
        case "expire": settings.expire = try cursor.duration()
        case "max_age":
            let age = try cursor.duration()
            settings.maxAge = age == .zero ? nil : age
        case "max_idle_conns":
            let count: Int = try cursor.integer(in: 0...1_000_000)
            settings.maxIdleConnections = count == 0 ? nil : count
        case "read_timeout": settings.readTimeout = try cursor.duration()
        case "doh_method": settings.httpsMethod = try cursor.oneOf(HTTPSMethod.self)
        case "tls":
            let files = cursor.remainingArguments()
            guard files.count <= 3 else {
                throw cursor.error("'tls' takes three files at most", mend: "write tls CERT KEY CA")
            }
            settings.tls = try ClientTLSSettings(arguments: files.map(context.path))
        case "tls_servername": settings.serverName = try cursor.onlyArgument()
        case "source_address": settings.sourceAddress = try cursor.address()
        case "randomize_case": settings.randomizesCase = try cursor.onOff()
        case "edns": settings.addsEDNS = try cursor.onOff()
        default: return false
        }
        return true
    }

    /// Reads a line about the choice of upstreams; false if it is about something else.
    private func readChoice(
        _ option: String,
        _ cursor: inout DirectiveCursor,
        _ settings: inout UpstreamSettings
    ) throws -> Bool {
        switch option {
        case "policy": settings.policy = try cursor.oneOf(UpstreamPolicy.self)
        case "max_fails": settings.maxFails = try cursor.integer(in: 0...1_000_000)
        case "max_connect_attempts":
            settings.maxConnectAttempts = try cursor.integer(in: 0...1_000_000)
        case "max_concurrent": settings.maxConcurrent = try cursor.integer(in: 0...1_000_000_000)
        case "health_check": try readHealthCheck(&cursor, &settings.healthCheck)
        case "failfast_all_unhealthy_upstreams": settings.failsFastWhenAllAreDown = true
        case "hedge": settings.hedges = try cursor.onOff()
        case "circuit_breaker": settings.breaksCircuits = try cursor.onOff()
        case "in_flight": settings.inFlightMax = try cursor.integer(in: 1...65_000)
        default: return false
        }
        return true
    }

    private func readHealthCheck(
        _ cursor: inout DirectiveCursor,
        _ check: inout HealthCheckSettings
    ) throws {
        check.interval = try cursor.duration()
        while let word = cursor.nextArgument() {
            switch word {
            case "no_rec": check.recursionDesired = false
            case "domain":
                let text = try cursor.argument("a domain name")
                guard let name = Name(text) else {
                    throw cursor.wrong(text, "is not a domain name", mend: "write . or a name")
                }
                check.domain = name
            default:
                throw cursor.wrong(word, "is not known", mend: "use no_rec, or domain NAME")
            }
        }
    }

    private func codes(_ cursor: inout DirectiveCursor) throws -> Set<ResponseCode> {
        var codes: Set<ResponseCode> = []
        while let word = cursor.nextArgument() {
            guard let code = ResponseCode(word.uppercased()) else {
                throw cursor.wrong(
                    word,
                    "is not a response code",
                    mend: "use names such as NXDOMAIN, SERVFAIL, REFUSED"
                )
            }
            codes.insert(code)
        }
        guard !codes.isEmpty else {
            throw cursor.error("'\(cursor.option)' needs a response code", mend: "write NXDOMAIN")
        }
        return codes
    }
}
