import ArgumentParser
import Glibc
import KubernetesModel
import PortForward
import Registry

/// `martlet port-forward`: local ports that lead to pods.
struct PortForwardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "port-forward",
        abstract: "Forward local TCP ports to the pods behind a service, or to a pod.",
        discussion: """
            A port of a service leads to its target port; each connection goes to an endpoint that \
            is ready at that moment. Where REMOTE stands alone, the local port is the same; an \
            empty LOCAL lets the system choose. Ports may be named.

            Examples:
              martlet port-forward svc/web 8080:80
              martlet port-forward svc/web -n shop 8080:http :9100
              martlet port-forward pod/web-0 8080
              martlet port-forward deployment/web 8080 --address localhost,192.0.2.7
            """
    )

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var namespace: NamespaceOptions

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Addresses to listen on: IP addresses, or localhost; with commas, or repeated.",
            valueName: "address"
        )
    )
    var address: [String] = ["localhost"]

    @Option(
        help: ArgumentHelp("How long to wait until a pod is ready: 5s, 2m.", valueName: "time")
    )
    var podRunningTimeout = "1m0s"

    @Argument(
        help: ArgumentHelp("TYPE/NAME, or the name of a pod.", valueName: "type/name"),
        completion: .list(["svc/", "pod/", "deployment/", "statefulset/"])
    )
    var target: String?

    @Argument(help: ArgumentHelp("[LOCAL:]REMOTE, one or more.", valueName: "port"))
    var ports: [String] = []

    func run() throws {
        let target = try parsedTarget()
        let requests: [PortRequest]
        let addresses: [LocalAddress]
        do throws(PortForwardError) {
            var read: [PortRequest] = []
            for text in ports { read.append(try PortRequest(text)) }
            requests = read
            addresses = try LocalAddress.list(address)
        } catch {
            throw Failure(error)
        }
        let patience = try PortForwardCommand.duration(podRunningTimeout)
        let signals = EndSignals()
        let registry = try registry.open()
        defer { registry.close() }
        let forwarder = try PortForwarder(target, in: registry) { event in
            PortForwardCommand.show(event)
        }
        signals.watch { forwarder.stop() }
        defer { forwarder.close() }
        do {
            if try forwarder.start(requests, on: addresses, within: patience) {
                try forwarder.run()
            }
        } catch let error as PortForwardError {
            throw Failure(error)
        }
    }

    private func parsedTarget() throws -> ForwardTarget {
        guard let target, !ports.isEmpty else {
            throw Failure(
                "TYPE/NAME and list of ports are required for port-forward",
                status: .usage
            )
        }
        let words = target.contains("/") ? [target] : ["pods", target]
        let requests = try ResourceArguments(words).requests
        guard let request = requests.first, requests.count == 1, let name = request.names.first
        else { throw Failure("\(target) is not of the form TYPE/NAME", status: .usage) }
        let space = request.kind.isNamespaced ? namespace.name : ""
        do {
            return try ForwardTarget(ObjectKey(kind: request.kind, namespace: space, name: name))
        } catch {
            throw Failure(error)
        }
    }

    private static func show(_ event: PortForwarder.Event) {
        switch event {
        case .listening(let place, let remote):
            Output.line("Forwarding from \(place) -> \(remote)")
            Output.flush()
        case .unavailable(let local, let reasons):
            Output.error(
                "Unable to listen on port \(local): \(reasons.joined(separator: "; "))"
            )
        case .connection(let local):
            Output.line("Handling connection for \(local)")
            Output.flush()
        case .failed(let local, let remote, let reason):
            Output.error("error: an error occurred forwarding \(local) -> \(remote): \(reason)")
        }
    }

    /// A time as Go writes it: hours, minutes and seconds, such as `1m30s`.
    static func duration(_ text: String) throws -> Duration {
        let match = text.wholeMatch(of: #/(?:(\d{1,4})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?/#)
        let parts = [match?.1, match?.2, match?.3].map {
            $0.flatMap { $0 }.flatMap { Int($0) } ?? 0
        }
        let seconds = parts[0] * 3600 + parts[1] * 60 + parts[2]
        guard seconds > 0 else {
            throw Failure(
                "--pod-running-timeout \(text): write a time above zero, such as 5s, 2m or 3h",
                status: .usage
            )
        }
        return .seconds(seconds)
    }
}

extension Failure {
    /// Creates a failure from what a port-forward said.
    fileprivate init(_ error: PortForwardError) {
        self.init(error.description, status: error.code == .usage ? .usage : .refused)
    }
}
