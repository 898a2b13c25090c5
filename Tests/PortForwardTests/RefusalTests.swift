import KubernetesModel
import PortForward
import Registry
import Testing

@Suite("What can't be forwarded is said")
struct RefusalTests {
    private static let manifests = """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec:
          selector: {app: web}
          ports:
          - {name: http, port: 80, targetPort: http}
          - {name: dns, port: 53, protocol: UDP}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: alias}
        spec: {type: ExternalName, externalName: example.com}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: empty}
        spec: {selector: {app: nothing}, ports: [{port: 80}]}

        """

    private func failure(
        _ kind: Kind,
        _ name: String,
        _ port: String,
        patience: Duration = .seconds(5)
    ) throws -> PortForwardError? {
        let registry = try Forwarding.registry(
            Self.manifests,
            Forwarding.pod("a", "127.0.0.2", port: 8080),
            Forwarding.pod("late", "127.0.0.3", port: 8080, phase: "Pending")
        )
        let key = ObjectKey(kind: kind, namespace: "default", name: name)
        let forwarder = try PortForwarder(try ForwardTarget(key), in: registry) { _ in }
        defer { forwarder.close() }
        do {
            let addresses = try LocalAddress.list(["127.0.0.1"])
            _ = try forwarder.start([try PortRequest(port)], on: addresses, within: patience)
            return nil
        } catch let error as PortForwardError {
            return error
        }
    }

    @Test(
        arguments: [
            (.service, "web", ":81", "Service web does not have a service port 81"),
            (.service, "web", ":https", "Service 'web' does not have a named port 'https'"),
            (.service, "web", ":53", "UDP protocol is not supported for 53"),
            (.service, "web", ":dns", "UDP protocol is not supported for 53"),
            (.service, "alias", ":80", "service alias is an alias of example.com and has no pods"),
            (.pod, "a", ":https", "Pod 'a' does not have a named port 'https'"),
            (
                .pod, "late", ":80",
                "unable to forward port because pod is not running. Current status=Pending"
            ),
        ] as [(Kind, String, String, String)]
    )
    func `kubectl's words`(_ kind: Kind, _ name: String, _ port: String, _ text: String) throws {
        #expect(try failure(kind, name, port) == PortForwardError(.refused, text))
    }

    @Test func `no pod in time is said with what was waited for`() throws {
        let error = try failure(.service, "empty", ":80", patience: .milliseconds(20))
        #expect(
            error?.description.hasPrefix(
                "timed out waiting for the condition: no pod of service/empty is ready"
            ) == true
        )
    }

    @Test(arguments: [Kind.node, .namespace, .endpointSlice, .endpoints])
    func `a kind without pods is refused`(_ kind: Kind) {
        #expect(throws: PortForwardError.self) {
            try ForwardTarget(ObjectKey(kind: kind, namespace: "", name: "x"))
        }
    }

    @Test func `what isn't there is not found`() throws {
        let registry = try Forwarding.registry()
        let key = ObjectKey(kind: .service, namespace: "default", name: "none")
        #expect(throws: RegistryError.notFound(key)) {
            try PortForwarder(try ForwardTarget(key), in: registry) { _ in }
        }
    }

    @Test func `a pod that comes while it is waited for is forwarded to`() throws {
        let server = try PodServer("127.0.0.2", named: "a")
        let registry = try Forwarding.registry(Forwarding.service)
        let adding = EndingBox()
        adding.run {
            try Forwarding.apply(
                Forwarding.pod("a", "127.0.0.2", port: server.port),
                to: registry
            )
        }
        let forwarding = try Forwarding(registry)
        #expect(adding.wait() == nil)
        #expect(try forwarding.ask() == "a got 5")
    }

    @Test func `a port in use is said, and the others are forwarded`() throws {
        let server = try PodServer("127.0.0.2", named: "a")
        let busy = try PodServer("127.0.0.1", named: "busy")
        let registry = try Forwarding.registry(
            Forwarding.pod("a", "127.0.0.2", port: server.port)
        )
        let forwarding = try Forwarding(
            registry,
            .pod,
            "a",
            ports: ["\(busy.port):http", ":http"]
        )
        #expect(
            forwarding.told.first
                == .unavailable(
                    local: busy.port,
                    reasons: ["127.0.0.1:\(busy.port): Address already in use"]
                )
        )
        #expect(try forwarding.ask() == "a got 5")
        #expect(
            performing: {
                _ = try Forwarding(registry, .pod, "a", ports: ["\(busy.port):80"])
            },
            throws: { error in
                (error as? PortForwardError)?.description
                    == "unable to listen on any of the requested ports: \(busy.port):80"
            }
        )
    }
}
