import ArgumentParser
import Glibc
import PodRuntime

/// Runs a program in a pod that runs.
struct PodExec: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a program in a pod that runs.",
        discussion: """
            Examples:
              martlet pod exec web -n shop -- cat /etc/resolv.conf
              martlet pod exec -it web -- bash
            """
    )

    @OptionGroup var options: NodeOptions
    @OptionGroup var namespace: NamespaceOptions

    @Option(
        name: [.customShort("e"), .long],
        parsing: .singleValue,
        help: "A variable for the program: NAME=VALUE; repeatable."
    )
    var env: [String] = []

    @Flag(
        name: [.customShort("i"), .customShort("t")],
        help: ArgumentHelp("Accepted for kubectl's habit: the terminal is the program's anyway.")
    )
    var interactive = false

    @Argument(help: "The pod's name.") var name: String

    @Argument(parsing: .postTerminator, help: "The program and its arguments, after --.")
    var command: [String] = []

    func run() throws {
        guard !command.isEmpty else {
            throw Failure("name a program after --: martlet pod exec \(name) -- ls", status: .usage)
        }
        try NodeOptions.requireCapabilities()
        let short = name.hasPrefix("pod/") ? String(name.dropFirst(4)) : name
        let pod = options.state.pod(namespace: namespace.name, name: short)
        let status = try Failure.explaining {
            let visit = try PodVisit(command, in: pod, adding: env)
            // What the terminal sends is for the program.
            _ = signal(SIGINT, SIG_IGN)
            _ = signal(SIGQUIT, SIG_IGN)
            return visit.wait()
        }
        if status != 0 { throw ExitCode(status) }
    }
}
