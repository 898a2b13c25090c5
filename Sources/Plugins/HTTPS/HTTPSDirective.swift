internal import Corefile

extension PluginDirective {
    /// `https { max_connections N }`: the bounds of `https://` keys.
    static let https = PluginDirective(name: "https", manual: httpsManual, make: makeHTTPS)

    private static let httpsManual = PluginManual(
        name: "https",
        summary: "Sets the bounds of `https://` server blocks.",
        syntax: "https",
        options: [
            .init(
                "max_connections N",
                "Connections at once; 0 means any number.",
                standard: "200"
            )
        ],
        metrics: [
            ("coredns_dns_https_responses_total{server,status}", "replies over HTTPS")
        ],
        example: """
            https://example.org {
                tls cert.pem key.pem
                https {
                    max_connections 1000
                }
                whoami
            }
            """
    )

    private static func makeHTTPS(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        var count: Int?
        _ = try directives.readEach { cursor in
            try cursor.noMoreArguments()
            try cursor.readOptions { option, cursor in
                guard option == "max_connections" else {
                    throw cursor.unknownOption(known: httpsManual.optionNames)
                }
                count = try cursor.integer(in: 0...1_000_000)
            }
        }
        context.settings.httpsConnectionCountMax = count
        return nil
    }
}
