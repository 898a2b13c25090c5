internal import Addresses
internal import Corefile
internal import DNSWire

extension PluginDirective {
    /// `dns64 [PREFIX] { … }`: IPv6 addresses for hosts that have IPv4 ones only.
    static let dns64 = PluginDirective(name: "dns64", manual: dns64Manual, make: makeDNS64)

    private static let dns64Manual = PluginManual(
        name: "dns64",
        summary: "Makes IPv6 addresses of IPv4 ones, for clients behind NAT64 (RFC 6147).",
        syntax: "dns64 [PREFIX]",
        details: [
            """
            A client that asks for AAAA and gets none is given the A records of the name as AAAA \
            records within `PREFIX`, by default 64:ff9b::/96 (RFC 6052). Its length is 32, 40, 48, \
            56, 64, 72, 80, 88 or 96. Only clients that ask over IPv6 are concerned. A name that \
            does not exist stays so.
            """
        ],
        options: [
            .init("prefix PREFIX", "The same as the argument.", standard: "64:ff9b::/96"),
            .init("translate_all", "Translates even if the name has IPv6 addresses."),
            .init("allow_ipv4", "Translates for clients that ask over IPv4, too."),
        ],
        metrics: [
            ("coredns_dns64_requests_translated_total{server}", "queries that were translated")
        ],
        differences: [
            "A client that validates for itself (DO and CD) gets the reply unchanged, as "
                + "RFC 6147 §5.5 asks for."
        ],
        example: """
            . {
                dns64 64:1337::/96
                forward . /etc/resolv.conf
            }
            """
    )

    private static func makeDNS64(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        let options = try directives.readEach { cursor in
            var options = DNS64Options()
            if let text = cursor.nextArgument() {
                options.prefix = try prefix(text, cursor)
                try cursor.noMoreArguments()
            }
            try cursor.readOptions { option, cursor in
                switch option {
                case "prefix":
                    let text = try cursor.argument("a prefix such as 64:ff9b::/96")
                    options.prefix = try prefix(text, cursor)
                case "translate_all": options.translatesAll = true
                case "allow_ipv4": options.allowsIPv4 = true
                default: throw cursor.unknownOption(known: dns64Manual.optionNames)
                }
            }
            return options
        }
        return options.last.map { DNS64Plugin($0, metrics: context.services.metrics) }
    }

    private static func prefix(
        _ text: String,
        _ cursor: DirectiveCursor
    ) throws(CorefileError) -> CIDRBlock {
        let block = try cursor.cidr(of: text)
        guard !block.base.isIPv4 else {
            throw cursor.error(
                "dns64: invalid netmask 32 IPv6 address: \"\(text)\"",
                mend: "write an IPv6 prefix such as 64:ff9b::/96"
            )
        }
        guard (32...96).contains(block.prefixLength), block.prefixLength % 8 == 0 else {
            throw cursor.error(
                "dns64: invalid prefix length \"\(text)\"",
                mend: "write /32 to /96, a multiple of 8"
            )
        }
        return block
    }
}
