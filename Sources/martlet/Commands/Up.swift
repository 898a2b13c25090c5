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
            --keep says otherwise; the registry stays as it is. After one that was killed the \
            next one goes on with its node. SIGUSR2 starts the program anew, which takes over \
            without losing a query; so does --take-over with the same arguments.

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

    @Flag(
        name: .customLong("take-over"),
        help: "Take over from the martlet up that runs with the same arguments."
    )
    var takesOver = false

    func run() throws {
        try NodeOptions.requireCapabilities()
        // From here on no thread takes them from the server's loop, which waits for them.
        Up.blockSignals()
        guard takesOver else { return try beginAnew() }
        guard try Failure.explaining({ try node.options.state.node() }) != nil else {
            throw Failure("there is no node here, so no martlet up to take over from")
        }
        var claim: UpClaim?
        let worked = Result { try work(try node.bringUp(endsWithUp: !keep), &claim) }
        // Without the claim the other one goes on, and all of this is its own.
        if claim == nil { _ = try worked.get() }
        try withExtendedLifetime(claim) { try end(worked) }
    }

    /// Makes the node, or goes on with the one of a predecessor that was killed.
    private func beginAnew() throws {
        var claim: UpClaim? = try Failure.explaining { try UpClaim(node.options.state) }
        let old = try Failure.explaining { try node.options.state.node() }
        let record = try node.bringUp(endsWithUp: !keep)
        if let old, !keep {
            Output.line(
                old.endsWithUp
                    ? "[WARNING] the last martlet up was killed: this one goes on with its node"
                    : "it was up already, and stays up: martlet node down removes it"
            )
        }
        let worked = Result { try work(record, &claim) }
        try withExtendedLifetime(claim) { try end(worked) }
    }

    /// Serves and proxies until a signal says to end.
    ///
    /// - Parameters:
    ///   - record: The node.
    ///   - claim: The right to do so; a successor gets it when its predecessor has ended.
    /// - Returns: How it has ended.
    /// - Throws: What keeps it from serving, and the exit status if that isn't 0.
    private func work(_ record: NodeRecord, _ claim: inout UpClaim?) throws -> ServerLoop.End {
        let registry = try node.options.registry.open()
        defer { registry.close() }
        var settings = ProxySettings(
            nodeName: record.name,
            clusterCIDRs: registry.settings.podCIDRs,
            serviceCIDRs: registry.settings.serviceCIDRs
        )
        settings.hasIPv6 = HostFacts.hasIPv6
        let state = node.options.state
        let watch = try Failure.explaining {
            try PodWatch(state: state, registry: node.options.podRegistry())
        }
        var company: UpCompany?
        func begin() throws {
            try ProxyCommand.explained { company = try UpCompany(registry, settings, watch) }
            Output.line("services lead to their endpoints: table inet martlet of nftables")
            Output.flush()
        }
        if !takesOver {
            NodeUp.tell(record)
            for warning in ProxyLoop.warnings(settings) { Output.line("[WARNING] \(warning)") }
            try begin()
        }
        guard let serve = try serve(record, registry) else { return .done(0) }
        let served = Result {
            try serve.serve {
                guard takesOver else { return Up.tellWhatNext() }
                Output.line("[INFO] DNS is taken over; waiting for the other process to end")
                Output.flush()
                claim = try Failure.explaining { try UpClaim(state, waits: true) }
                try begin()
            }
        }
        try company?.stop()
        return try served.get()
    }

    /// The server of DNS, as `martlet serve` would be called.
    private func serve(_ record: NodeRecord, _ registry: Registry) throws -> Serve? {
        var words = NodeUp.serverPlaces(record).flatMap { ["--listen", $0] }
        words += ["--registry", registry.store.location]
        if let config { words += ["--config", config] }
        if takesOver { words.append("--take-over") }
        return try Serve.parseAsRoot(words) as? Serve
    }

    /// Removes what was made, unless somebody goes on with it.
    private func end(_ worked: Result<ServerLoop.End, any Error>) throws {
        if case .success(.handedOver) = worked { return }
        let ended = Result { try takeDown() }
        // What the server said counts more than what could not be removed after it.
        if case .failure(let first) = worked, case .failure(let second) = ended {
            let text = Failure.ending(of: second).text
            if text != Failure.ending(of: first).text { Output.error(text) }
        }
        _ = try worked.get()
        try ended.get()
    }

    /// Removes what was made.
    private func takeDown() throws {
        guard !keep else {
            return Output.line(
                "everything stays; martlet proxy cleanup and martlet node down remove it"
            )
        }
        // Without nftables there are no rules, but a node there is.
        let rules = Result { try ProxyCommand.explained { try ProxyLoop.removeRules() } }
        try takeNodeDown()
        try rules.get()
    }

    private func takeNodeDown() throws {
        let state = node.options.state
        let record = try Failure.explaining { try state.node() }
        guard record?.endsWithUp ?? true else {
            return Output.line("the node stays up: martlet node down removes it")
        }
        let pods = state.pods
        let asked = try Failure.explaining { try pods.filter { try $0.askToStop() } }
        for pod in asked {
            pod.waitForEnd()
            Output.line("pod/\(pod.title.name) stopped")
        }
        let removed = try Failure.explaining {
            try NodeRuntime(state: state, registry: node.options.podRegistry()).down()
        }
        guard let removed else { return Output.line("the node was gone already") }
        Output.line("node is down: removed \(removed.joined(separator: ", "))")
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
