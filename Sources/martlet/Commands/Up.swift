import ArgumentParser
import Glibc
import HostNetwork
import PodRuntime
import Registry
import ServiceProxy

/// `martlet up`: node, DNS and proxy in one process.
struct Up: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make this host a cluster: pods' network, DNS and services, until Ctrl-C.",
        discussion: """
            Does what martlet node up, martlet serve and martlet proxy do, in one process. At its \
            end the pods of the node are stopped and everything that was made is removed, unless \
            --keep says otherwise; the registry stays as it is.

              sudo martlet up
              sudo martlet pod run web -l app=web --port 80 --probe tcp:80 -d -- \
            python3 -m http.server 80
              sudo martlet create service clusterip web --tcp=80:80
              sudo martlet pod run shell -- curl -s http://web
            """
    )

    @OptionGroup var node: NodeUp

    @Option(help: ArgumentHelp("The Corefile to serve.", valueName: "file"))
    var config: String?

    @Flag(help: "Leave pods, network and rules as they are at the end.")
    var keep = false

    func run() throws {
        try ProxyCommand.checkPermission()
        // From here on no thread takes them from the server's loop, which waits for them.
        Up.blockSignals()
        let wasUp = unsafe access("\(node.options.state.path)/node.json", F_OK) == 0
        let record = try node.bringUp()
        let worked = Result { try work(record, wasUp: wasUp) }
        let ended = Result { try end(wasUp: wasUp) }
        // What the server said counts more than what could not be removed after it.
        if case .failure = worked, case .failure(let error) = ended { Output.error("\(error)") }
        try worked.get()
        try ended.get()
    }

    /// Serves and proxies until a signal says to end.
    private func work(_ record: NodeRecord, wasUp: Bool) throws {
        let registry = try node.options.registry.open()
        defer { registry.close() }
        NodeUp.tell(record)
        if wasUp {
            Output.line("it was up already, and stays up: martlet node down removes it")
        }
        var settings = ProxySettings(
            nodeName: record.name,
            clusterCIDRs: registry.settings.podCIDRs,
            serviceCIDRs: registry.settings.serviceCIDRs
        )
        settings.hasIPv6 = HostFacts.hasIPv6
        for warning in ProxyLoop.warnings(settings) { Output.line("[WARNING] \(warning)") }
        var proxy: ProxyThread?
        try ProxyCommand.explained { proxy = try ProxyThread(registry, settings) }
        Output.line("services lead to their endpoints: table inet martlet of nftables")
        Output.flush()
        var words = NodeUp.serverPlaces(record).flatMap { ["--listen", $0] }
        words += ["--registry", registry.store.location]
        if let config { words += ["--config", config] }
        guard let serve = try Serve.parseAsRoot(words) as? Serve else { return }
        let served = Result { try serve.serve { Up.tellWhatNext() } }
        try proxy?.stop()
        try served.get()
    }

    /// Removes what was made.
    private func end(wasUp: Bool) throws {
        guard !keep else {
            return Output.line(
                "everything stays; martlet proxy cleanup and martlet node down remove it"
            )
        }
        try ProxyCommand.explained { try ProxyLoop.removeRules() }
        guard !wasUp else { return }
        let state = node.options.state
        let pods = state.pods
        let asked = try Failure.explaining { try pods.filter { try $0.askToStop() } }
        for pod in asked {
            _ = pod.waitForEnd()
            Output.line("pod/\(pod.title.name) stopped")
        }
        let removed = try Failure.explaining {
            try NodeRuntime(state: state, registry: node.options.podRegistry()).down()
        }
        Output.line("node is down: removed \((removed ?? []).joined(separator: ", "))")
    }

    private static func tellWhatNext() {
        Output.line(
            """

            The cluster is up. In another terminal, as root:

              martlet pod run web -l app=web --port 80 --probe tcp:80 -d -- \
            python3 -m http.server 80
              martlet create service clusterip web --tcp=80:80
              martlet pod run shell -- curl -s http://web

            Ctrl-C takes all of it down.
            """
        )
        Output.flush()
    }

    private static func blockSignals() {
        var set = sigset_t()
        // SAFETY: the calls use the set that stands here.
        unsafe sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2] {
            unsafe sigaddset(&set, signal)
        }
        _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }
}
