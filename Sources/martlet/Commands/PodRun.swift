import Addresses
import ArgumentParser
import Glibc
import KubernetesModel
import PodEnvironment
import PodRuntime
import Registry

/// Runs a pod.
struct PodRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a program as a pod.",
        discussion: """
            The program has a network of its own on the node's bridge, with an address from the \
            registry's block of pods; its /etc/resolv.conf and /etc/hosts are a pod's, and so \
            are its service variables. It sees this host's files otherwise: a pod is no sandbox. \
            Without a program the pod is there until it is stopped.

            The pod is ready when it has started, or when --probe says so; from then on services \
            that select it have it as an endpoint. In front, this command ends with the \
            program's status; 126 is a program that cannot be run, 127 one that is not there.

              martlet pod run web -l app=web --port http:8080 --probe http:http/ -d -- \
            python3 -m http.server 8080
              martlet pod run -it shell -n shop -- bash
            """
    )

    @OptionGroup var options: NodeOptions
    @OptionGroup var namespace: NamespaceOptions
    @OptionGroup var identity: PodIdentityOptions
    @OptionGroup var resolver: PodResolverOptions
    @OptionGroup var probing: ProbeOptions

    @Option(
        name: [.customShort("e"), .long],
        parsing: .singleValue,
        help: "A variable for the program: NAME=VALUE; repeatable."
    )
    var env: [String] = []

    @Option(help: "The program's working directory.") var workdir = "/"

    @Option(help: "Seconds from SIGTERM to SIGKILL when the pod is stopped.")
    var gracePeriod = 30

    @Option(
        help: """
            Seconds that a pod that is stopped goes on serving after services have left it out.
            """
    )
    var drain = 0.0

    @Flag(name: [.customShort("d"), .long], help: "Run the pod in the background.")
    var detach = false

    @Flag(
        name: [.customShort("i"), .customShort("t")],
        help: ArgumentHelp("Accepted for kubectl's habit: the terminal is the program's anyway.")
    )
    var interactive = false

    @Option(help: .hidden) var supervisorChannel: Int32?

    @Argument(help: "The pod's name.") var name: String

    @Argument(
        parsing: .postTerminator,
        help: "The program and its arguments, after --."
    )
    var command: [String] = []

    func validate() throws {
        guard (0...Limits.secondsMax).contains(gracePeriod) else {
            throw ValidationError("--grace-period must be from 0 to \(Limits.secondsMax)")
        }
        guard drain >= 0, drain <= Double(Limits.secondsMax) else {
            throw ValidationError("--drain must be from 0 to \(Limits.secondsMax)")
        }
        for text in env where !text.contains("=") || text.hasPrefix("=") {
            throw ValidationError("--env \(text): write NAME=VALUE")
        }
    }

    func run() throws {
        let request = try request()
        try NodeOptions.requireCapabilities()
        if detach {
            try DetachedSupervisor.start(
                in: options.state,
                pod: options.state.pod(namespace: namespace.name, name: name)
            )
            return Output.line("pod/\(name) started")
        }
        let channel = supervisorChannel.map { SupervisorChannel($0) }
        do {
            try attend(request, channel)
        } catch {
            channel?.fail(error)
            throw error
        }
    }

    /// Runs the pod until it has ended.
    private func attend(_ request: PodRequest, _ channel: SupervisorChannel?) throws {
        PodRun.blockSignals()
        let supervisor = try Failure.explaining {
            let supervisor = try PodSupervisor(
                request,
                state: options.state,
                registry: options.podRegistry()
            )
            supervisor.report = { Output.error($0) }
            if channel != nil { try channel?.openLog(supervisor.logPath) }
            try supervisor.start()
            return supervisor
        }
        channel?.succeed()
        let hasTerminal = channel == nil && isatty(STDIN_FILENO) == 1 && !command.isEmpty
        let status = supervisor.run(leavesTerminal: hasTerminal)
        if status != 0 { throw ExitCode(status) }
    }

    /// What is asked for.
    private func request() throws -> PodRequest {
        let object = try identity.object(
            name: name,
            namespace: namespace.name,
            resolver: resolver,
            words: command
        )
        var request = PodRequest(object: object, words: command, variables: env)
        request.directory = workdir
        request.graceSeconds = gracePeriod
        request.drainSeconds = drain
        request.nameservers = try resolver.clusterServers()
        request.searchMode = resolver.searchMode
        request.hostResolverPath = resolver.hostResolvConf == "none" ? "" : resolver.hostResolvConf
        request.probe = try probing.probe(try Pod(object))
        request.keepsRecord = supervisorChannel != nil
        return request
    }

    /// Leaves the supervisor's signals to its loop; before any other thread starts.
    private static func blockSignals() {
        var set = sigset_t()
        // SAFETY: the calls use the set that stands here.
        unsafe sigemptyset(&set)
        for signal in [SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT] {
            unsafe sigaddset(&set, signal)
        }
        _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }
}
