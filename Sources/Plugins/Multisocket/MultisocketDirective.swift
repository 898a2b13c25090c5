internal import Corefile
internal import Glibc

extension PluginDirective {
    /// `multisocket [COUNT]`: sockets for each address.
    static let multisocket = PluginDirective(
        name: "multisocket",
        manual: multisocketManual,
        make: makeMultisocket
    )

    private static let multisocketManual = PluginManual(
        name: "multisocket",
        summary: "Says how many sockets each address is served by.",
        syntax: "multisocket [COUNT]",
        details: [
            """
            `COUNT` is 1 to 1024; without it, it is the number of processors. The kernel spreads \
            queries over the sockets (`SO_REUSEPORT`), and a thread answers those of one socket. \
            For blocks that share an address, the first one decides.
            """
        ],
        differences: [
            """
            Without the directive there is a socket for each worker, not one; the directive is \
            for having fewer, or more.
            """
        ],
        example: """
            . {
                multisocket 4
                whoami
            }
            """
    )

    private static func makeMultisocket(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        let counts = try directives.readEach { cursor -> Int in
            let count = cursor.hasArgument ? try cursor.integer(in: 1...1_024) : processorCount
            try cursor.noMoreArguments()
            return count
        }
        context.settings.socketCount = counts.first
        return nil
    }

    private static var processorCount: Int {
        min(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1_024)
    }
}
