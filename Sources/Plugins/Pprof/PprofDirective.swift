internal import Corefile

extension PluginDirective {
    /// `pprof [ADDRESS] { block [RATE] }`: accepted, without effect.
    static let pprof = PluginDirective(name: "pprof", manual: pprofManual, make: makePprof)

    private static let pprofManual = PluginManual(
        name: "pprof",
        summary: "Is accepted so that Corefiles of CoreDNS load, and has no effect.",
        syntax: "pprof [ADDRESS]",
        details: [
            """
            CoreDNS serves profiles of Go's runtime at `ADDRESS`. There is no such runtime here; \
            `perf record -g -p PID` profiles a running server. A warning is written at start.
            """
        ],
        options: [.init("block [RATE]", "Has no effect.")],
        differences: ["Nothing is served: the profiles are those of a runtime that isn't here."],
        example: """
            . {
                pprof
                whoami
            }
            """
    )

    private static func makePprof(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        _ = try directives.readEach { cursor in
            if let address = cursor.nextArgument(), HostPort(address) == nil {
                throw cursor.wrong(address, "is not HOST:PORT", mend: "write one such as :6053")
            }
            try cursor.noMoreArguments()
            try cursor.readOptions { option, cursor in
                guard option == "block" else { throw cursor.unknownOption(known: ["block"]) }
                if cursor.hasArgument { _ = try cursor.integer(in: 0...Int.max) }
            }
        }
        let place = directives[0].position.map { "\($0): " } ?? ""
        context.warnings.append("\(place)pprof: has no effect here; use perf to profile")
        return nil
    }
}
