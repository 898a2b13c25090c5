internal import Addresses
internal import Corefile

extension PluginDirective {
    /// `bind ADDRESS|INTERFACE… { except ADDRESS|INTERFACE… }`: where the block is served.
    static let bind = PluginDirective(name: "bind", manual: bindManual, make: makeBind)

    private static let bindManual = PluginManual(
        name: "bind",
        summary: "Names the addresses that the server block is served on.",
        syntax: "bind ADDRESS|INTERFACE...",
        details: [
            """
            An interface stands for all addresses that it has at the start. Several directives add \
            up. Without the directive, the block is served on all addresses of the host.
            """
        ],
        options: [
            .init(
                "except ADDRESS|INTERFACE...",
                "Leaves out addresses, for instance some of an interface's."
            )
        ],
        differences: [
            """
            Link-local IPv6 addresses of interfaces are left out: a server can't be reached by \
            them without naming the link.
            """,
            "If nothing is left to listen on, that is an error, rather than meaning all addresses.",
        ],
        example: """
            . {
                bind lo 10.0.0.53 {
                    except ::1
                }
                whoami
            }
            """
    )

    private static func makeBind(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        let interfaces = NetworkInterfaces.current
        let lists = try directives.readEach { cursor -> [IPAddress] in
            let place = cursor
            let addresses = try read(&cursor, interfaces)
            var exceptions: [IPAddress] = []
            try cursor.readOptions { option, cursor in
                guard option == "except" else {
                    throw cursor.unknownOption(known: bindManual.optionNames)
                }
                exceptions += try read(&cursor, interfaces)
            }
            let left = addresses.filter { !exceptions.contains($0) }
            guard !left.isEmpty else {
                throw place.error(
                    "bind: no address is left to listen on",
                    mend: "name an address, or leave out the directive to listen on all"
                )
            }
            return left
        }
        for address in lists.joined() where !context.settings.addresses.contains(address) {
            context.settings.addresses.append(address)
        }
        return nil
    }

    private static func read(
        _ cursor: inout DirectiveCursor,
        _ interfaces: NetworkInterfaces
    ) throws(CorefileErrors) -> [IPAddress] {
        let words = cursor.remainingArguments()
        guard !words.isEmpty else {
            throw CorefileErrors([
                cursor.error(
                    "bind: at least one address or interface name is expected",
                    mend: "write one after '\(cursor.option)'"
                )
            ])
        }
        var addresses: [IPAddress] = []
        var errors: [CorefileError] = []
        for word in words {
            if let found = interfaces.addresses(of: word) {
                addresses += found
            } else if let address = IPAddress(word) {
                addresses.append(address)
            } else {
                errors.append(
                    cursor.error(
                        "bind: not a valid IP address or interface name: '\(word)'",
                        mend: "interfaces are \(interfaces.names.joined(separator: ", "))"
                    )
                )
            }
        }
        guard errors.isEmpty else { throw CorefileErrors(errors) }
        return addresses
    }
}
