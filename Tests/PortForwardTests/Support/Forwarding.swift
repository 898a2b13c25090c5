import KubernetesModel
import PortForward
import Registry
import Synchronization
import Testing

/// A registry in memory with a service and pods on the loopback, and a forwarder that runs.
final class Forwarding: Sendable {
    let registry: Registry
    private let forwarder: PortForwarder
    private let events: EventLog
    private let ending: EndingBox

    /// What a test's registry holds, as manifests.
    static func registry(_ manifests: String...) throws -> Registry {
        let registry = try Registry(store: MemoryStore())
        for manifest in manifests { try apply(manifest, to: registry) }
        return registry
    }

    static func apply(_ text: String, to registry: Registry) throws {
        let manifest = ManifestReader(defaultNamespace: "default")
            .read(Array(text.utf8), source: "test")
        #expect(manifest.problems.isEmpty)
        _ = try registry.apply(manifest.documents.map { ApplyItem($0) })
    }

    /// A pod whose only container listens on a port of an address.
    static func pod(
        _ name: String,
        _ address: String,
        port: UInt16,
        isReady: Bool = true,
        phase: String = "Running"
    ) -> String {
        """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: \(name), labels: {app: web}}
        spec:
          containers: [{name: web, image: web, ports: [{name: http, containerPort: \(port)}]}]
        status:
          phase: \(phase)
          podIPs: [{ip: \(address)}]
          conditions: [{type: Ready, status: "\(isReady ? "True" : "False")"}]

        """
    }

    static let service = """
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}

        """

    /// Starts a forwarder to a target, for a port that the kernel chooses.
    init(
        _ registry: Registry,
        _ kind: Kind = .service,
        _ name: String = "web",
        ports: [String] = [":80"],
        connectionCountMax: Int = 100
    ) throws {
        self.registry = registry
        let events = EventLog()
        let ending = EndingBox()
        self.events = events
        self.ending = ending
        let key = ObjectKey(kind: kind, namespace: "default", name: name)
        forwarder = try PortForwarder(
            try ForwardTarget(key),
            in: registry,
            connectionCountMax: connectionCountMax
        ) { events.add($0) }
        let requests = try ports.map { try PortRequest($0) }
        let isListening = try forwarder.start(
            requests,
            on: try LocalAddress.list(["127.0.0.1"]),
            within: .seconds(60)
        )
        try #require(isListening)
        let forwarder = forwarder
        ending.run { try forwarder.run() }
    }

    deinit { stop() }

    func stop() {
        forwarder.stop()
        _ = ending.wait()
        forwarder.close()
    }

    /// What the forwarder's thread ended with, once it has ended; nil for no error.
    func ended() -> (any Error)? { ending.wait() }

    /// All that was told so far.
    var told: [PortForwarder.Event] { events.all }

    /// The local ports, in the order in which they were listened on.
    var localPorts: [UInt16] {
        told.compactMap { event in
            guard case .listening(let place, _) = event else { return nil }
            return place.split(separator: ":").last.flatMap { UInt16($0) }
        }
    }

    /// A new connection to a port.
    func connect(_ index: Int = 0) throws -> Peer { try Peer(to: localPorts[index]) }

    /// Sends a text over a new connection, and returns what comes back.
    func ask(_ text: String = "hello", _ index: Int = 0) throws -> String {
        do {
            let peer = try connect(index)
            try peer.send(text)
            peer.finish()
            return try peer.text()
        } catch {
            // What the forwarder said is the other half of the story.
            throw Trouble("\(error); told: \(told.suffix(2))")
        }
    }

    /// Asks until the answer is the wanted one, so many times in a row.
    ///
    /// Where two pods are ready for a moment, one answer doesn't tell that the other has gone.
    func expect(
        _ answer: String,
        inARow count: Int = 1,
        at location: SourceLocation = #_sourceLocation
    ) {
        let deadline = ContinuousClock.now + .seconds(60)
        var found = ""
        var run = 0
        repeat {
            do { found = try ask() } catch { found = "\(error)" }
            run = found == answer ? run + 1 : 0
        } while run < count && ContinuousClock.now < deadline
        #expect(found == answer, sourceLocation: location)
    }
}

/// What a forwarder told, in order.
final class EventLog: Sendable {
    private let events = Mutex<[PortForwarder.Event]>([])

    var all: [PortForwarder.Event] { events.withLock { $0 } }

    func add(_ event: PortForwarder.Event) { events.withLock { $0.append(event) } }
}
