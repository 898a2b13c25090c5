import ArgumentParser
import Registry

/// The program's root command; each subcommand has a file of its own in `Commands/`.
@main
struct Martlet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "A cluster DNS server whose registry holds Kubernetes' own objects.",
        discussion: """
            Verbs, flags and output are kubectl's, so that fingers need not learn:

              martlet apply -f my-service.yaml
              martlet get services -A
              martlet query web.shop.svc.cluster.local

            Every command that touches the registry takes --registry URL, or MARTLET_REGISTRY. \
            The default is sqlite:/var/lib/martlet/registry.db for root, and a file under \
            $XDG_STATE_HOME/martlet for others.

            Exit status: 0 done; 1 refused, or something was not found; 64 wrong usage; \
            69 the registry or the server cannot be reached; 77 no permission. Called as coredns, \
            wrong usage is 2, as CoreDNS has it.
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Change the registry:",
                subcommands: [
                    Apply.self, Create.self, Delete.self, LabelCommand.self, Scale.self,
                    SetCommand.self,
                ]
            ),
            CommandGroup(name: "Look at it:", subcommands: [Get.self, Describe.self, Export.self]),
            CommandGroup(
                name: "Use it:",
                subcommands: [
                    Serve.self, PortForwardCommand.self, ResolvConf.self, Env.self, Hosts.self,
                    QueryCommand.self,
                ]
            ),
            CommandGroup(
                name: "Run pods and their traffic, as root on Linux:",
                subcommands: [Up.self, NodeCommand.self, PodCommand.self, ProxyCommand.self]
            ),
            CommandGroup(name: "Check:", subcommands: [Check.self, VersionCommand.self]),
        ]
    )

    /// Runs the program, with errors worded as kubectl words them.
    static func main() {
        prepareSignals()
        var root: (any ParsableCommand)?
        do {
            let arguments = Invocation.arguments(CommandLine.arguments)
            if let failure = UnknownCommand.failure(arguments) { throw failure }
            root = try parseAsRoot(arguments)
            try root?.run()
        } catch let error as RegistryError {
            Failure(error).exit()
        } catch let error as Failure {
            error.exit(Invocation.status(error.status.rawValue, of: CommandLine.arguments))
        } catch {
            exit(withParsingError: error)
        }
        Output.flush()
    }

    /// Ends as the argument parser does, with CoreDNS' exit status for CoreDNS' flags.
    private static func exit(withParsingError error: any Error) -> Never {
        let status = exitCode(for: error).rawValue
        let own = Invocation.status(status, of: CommandLine.arguments)
        guard own != status else { exit(withError: error) }
        Failure.end(with: fullMessage(for: error), own)
    }
}
