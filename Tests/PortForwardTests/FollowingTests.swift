import Glibc
import KubernetesModel
import PortForward
import Registry
import Testing

@Suite("A forwarder follows its target")
struct FollowingTests {
    private static let podA = ObjectKey(kind: .pod, namespace: "default", name: "a")

    /// Three pods on one port of three addresses.
    private static func servers() throws -> [PodServer] {
        let first = try PodServer("127.0.0.2", named: "a")
        return [
            first, try PodServer("127.0.0.3", port: first.port, named: "b"),
            try PodServer("127.0.0.4", port: first.port, named: "c"),
        ]
    }

    private static func pods(_ port: UInt16) -> String {
        Forwarding.pod("a", "127.0.0.2", port: port) + Forwarding.pod("b", "127.0.0.3", port: port)
            + Forwarding.pod("c", "127.0.0.4", port: port)
    }

    @Test func `connections are shared among the ready pods`() throws {
        let servers = try Self.servers()
        let port = servers[0].port
        let forwarding = try Forwarding(
            try Forwarding.registry(Forwarding.service, Self.pods(port))
        )
        var answers: [String: Int] = [:]
        for _ in 0..<30 { answers[try forwarding.ask(), default: 0] += 1 }
        #expect(answers == ["a got 5": 10, "b got 5": 10, "c got 5": 10])
        #expect(
            forwarding.told.first
                == .listening(
                    "127.0.0.1:\(forwarding.localPorts[0])",
                    remote: port
                )
        )
    }

    @Test func `a pod that is not ready any more gets no new connection`() throws {
        let servers = try Self.servers()
        let registry = try Forwarding.registry(
            Forwarding.service,
            Forwarding.pod("a", "127.0.0.2", port: servers[0].port),
            Forwarding.pod("b", "127.0.0.3", port: servers[0].port, isReady: false)
        )
        let forwarding = try Forwarding(registry)
        #expect(try forwarding.ask() == "a got 5")
        let open = try forwarding.connect()
        try open.send("begun")
        // Once it is there, it has been led to the pod that is ready now.
        let deadline = ContinuousClock.now + .seconds(60)
        while servers[0].count < 2, ContinuousClock.now < deadline { sched_yield() }
        let podB = ObjectKey(kind: .pod, namespace: "default", name: "b")
        _ = try registry.setReady(podB, true)
        _ = try registry.setReady(Self.podA, false)
        forwarding.expect("b got 5", inARow: 2)
        for _ in 0..<10 { #expect(try forwarding.ask() == "b got 5") }
        // The connection that there was stays where it is.
        open.finish()
        #expect(try open.text() == "a got 5")

        _ = try registry.delete(podB)
        _ = try registry.setReady(Self.podA, true)
        forwarding.expect("a got 5")
    }

    @Test func `without a ready pod a connection is refused, and the next one is not`() throws {
        let server = try PodServer("127.0.0.2", named: "a")
        let registry = try Forwarding.registry(
            Forwarding.service,
            Forwarding.pod("a", "127.0.0.2", port: server.port)
        )
        let forwarding = try Forwarding(registry)
        _ = try registry.setReady(Self.podA, false)
        let local = forwarding.localPorts[0]
        let failure = PortForwarder.Event.failed(
            local: local,
            remote: server.port,
            reason: "no pod of service/web is ready"
        )
        let deadline = ContinuousClock.now + .seconds(60)
        while !forwarding.told.contains(failure), ContinuousClock.now < deadline {
            _ = try? forwarding.ask()
        }
        #expect(forwarding.told.contains(failure))
        #expect(throws: Trouble.self) { try forwarding.ask() }
        _ = try registry.setReady(Self.podA, true)
        forwarding.expect("a got 5")
    }

    @Test func `a pod that doesn't listen is passed over`() throws {
        let servers = try Self.servers()
        let port = servers[0].port
        servers[1].stop()
        let forwarding = try Forwarding(
            try Forwarding.registry(Forwarding.service, Self.pods(port))
        )
        for _ in 0..<9 { #expect(["a got 5", "c got 5"].contains(try forwarding.ask())) }
        servers[0].stop()
        servers[2].stop()
        #expect(throws: Trouble.self) { try forwarding.ask() }
        guard case .failed(_, _, let reason) = try #require(forwarding.told.last) else {
            Issue.record("\(forwarding.told)")
            return
        }
        #expect(reason.contains("127.0.0.3:\(port): Connection refused"))
    }

    @Test func `a deleted pod ends the forwarding to it`() throws {
        let server = try PodServer("127.0.0.2", named: "a")
        let registry = try Forwarding.registry(
            Forwarding.pod("a", "127.0.0.2", port: server.port)
        )
        let forwarding = try Forwarding(registry, .pod, "a", ports: [":http", ":\(server.port)"])
        #expect(try forwarding.ask("hello", 0) == "a got 5")
        #expect(try forwarding.ask("hello", 1) == "a got 5")
        _ = try registry.delete(Self.podA)
        #expect(
            forwarding.ended() as? PortForwardError
                == PortForwardError(.lost, "lost connection to pod")
        )
    }

    @Test func `a deleted service ends the forwarding to it`() throws {
        let server = try PodServer("127.0.0.2", named: "a")
        let registry = try Forwarding.registry(
            Forwarding.service,
            Forwarding.pod("a", "127.0.0.2", port: server.port)
        )
        let forwarding = try Forwarding(registry)
        _ = try registry.delete(ObjectKey(kind: .service, namespace: "default", name: "web"))
        #expect(
            forwarding.ended() as? PortForwardError
                == PortForwardError(.lost, "lost connection to service/web")
        )
    }

    @Test func `a target port that changes is followed`() throws {
        let old = try PodServer("127.0.0.2", named: "old")
        let new = try PodServer("127.0.0.2", named: "new")
        let service = { (port: UInt16) in
            Forwarding.service.replacing("targetPort: http", with: "targetPort: \(port)")
        }
        let registry = try Forwarding.registry(
            service(old.port),
            Forwarding.pod("a", "127.0.0.2", port: old.port)
        )
        let forwarding = try Forwarding(registry)
        #expect(try forwarding.ask() == "old got 5")
        try Forwarding.apply(service(new.port), to: registry)
        forwarding.expect("new got 5")
    }

    @Test func `the changes of a busy registry may be forgotten`() throws {
        let server = try PodServer("127.0.0.2", named: "a")
        let registry = try Registry(store: MemoryStore(changeCountMax: 2))
        try Forwarding.apply(
            Forwarding.service + Forwarding.pod("a", "127.0.0.2", port: server.port, isReady: false)
                + Forwarding.pod("b", "127.0.0.3", port: 9),
            to: registry
        )
        let forwarding = try Forwarding(registry)
        for number in 0..<20 {
            try Forwarding.apply(
                "{apiVersion: v1, kind: Namespace, metadata: {name: n\(number)}}",
                to: registry
            )
        }
        _ = try registry.setReady(Self.podA, true)
        _ = try registry.delete(ObjectKey(kind: .pod, namespace: "default", name: "b"))
        forwarding.expect("a got 5")
    }

    @Test func `a workload's ready pods are its pods`() throws {
        let server = try PodServer("127.0.0.2", named: "a")
        let registry = try Forwarding.registry(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: shop}
            spec:
              replicas: 0
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: web, image: web}]}
            """
        )
        try Forwarding.apply(
            Forwarding.pod("a", "127.0.0.2", port: server.port)
                + Forwarding.pod("b", "127.0.0.3", port: 9, isReady: false),
            to: registry
        )
        // With no replicas wanted, the pods are those of somebody else with the same labels.
        let pods = try registry.list(.pod, namespace: "default").objects.map(\.key.name)
        try #require(pods.contains("a"))
        let forwarding = try Forwarding(registry, .deployment, "shop", ports: [":http"])
        #expect(try forwarding.ask() == "a got 5")
    }
}
