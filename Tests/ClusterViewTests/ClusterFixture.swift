import Addresses
import ClusterView
import DNSWire
import KubernetesModel
import Testing

/// A small cluster, and questions to a view of it.
struct ClusterFixture {
    var index: ClusterIndex
    var settings: ClusterZone.Settings
    var zone = "cluster.local."

    init(options: ClusterIndex.Options = .init()) {
        index = ClusterIndex(options: options)
        settings = ClusterZone.Settings(
            zone: wire("cluster.local."),
            primaryZone: wire("cluster.local.")
        )
        settings.serverAddresses = [IPAddress("192.0.2.53")!]
    }

    /// Asks a question of the newest version; a look ahead makes no difference.
    mutating func ask(
        _ name: String,
        _ type: RecordType,
        zone: String? = nil,
        limit: Int = 65_535,
        random: UInt32 = 0
    ) -> Reply {
        let snapshot = index.makeSnapshot(revision: 1, serial: 7)
        settings.zone = wire(zone ?? self.zone)
        let zone = ClusterZone(settings)
        let reply = ask(name, type, of: snapshot, zone, limit: limit, random: random)
        let looked = ask(
            name,
            type,
            of: snapshot,
            zone,
            limit: limit,
            random: random,
            lookingIn: snapshot
        )
        #expect(looked == reply, "\(name) \(type)")
        return reply
    }

    /// Asks a question of a version, after a look ahead in one.
    func ask(
        _ name: String,
        _ type: RecordType,
        of snapshot: ClusterSnapshot,
        _ clusterZone: ClusterZone,
        limit: Int = 65_535,
        random: UInt32 = 0,
        lookingIn other: ClusterSnapshot? = nil
    ) -> Reply {
        let question = Question(name: Name(name)!, type: type)
        let message = Message(header: Header(id: 9), questions: [question])
        let request = try! message.encoded()
        var buffer = [UInt8](repeating: 0xEE, count: 65_535)
        let main = QueryScratch.Storage()
        let spare = QueryScratch.Storage()
        var reply = Reply()
        let count = unsafe request.withUnsafeBytes { request in
            unsafe buffer.withUnsafeMutableBytes { buffer in
                var query = QueryView()
                precondition(unsafe query.read(request, scratch: main.scratch) == .answer)
                if let other {
                    var look = LookAhead()
                    look.add(query, main.scratch, in: other)
                    look.finish(in: other)
                }
                var writer = unsafe ResponseWriter(
                    answering: query,
                    request: request,
                    into: buffer,
                    limit: limit,
                    payloadOctets: 1232
                )
                guard clusterZone.holds(query, main.scratch) else {
                    reply.outcome = .outside
                    return 0
                }
                let answer = ClusterAnswer(
                    from: snapshot,
                    zone: clusterZone,
                    type: query.type,
                    random: random
                )
                switch answer.answer(
                    query,
                    scratch: main.scratch,
                    spare: spare.scratch,
                    into: &writer
                )
                {
                case .answered: reply.outcome = .answered
                case .refused: reply.outcome = .refused
                case .chase: reply.outcome = .chase
                case .nameError:
                    reply.outcome = .answered
                    answer.writeNameError(query, scratch: main.scratch, into: &writer)
                }
                return writer.finish(query)
            }
        }
        if count > 0 { reply.message = try! Message(decoding: Array(buffer[..<count])) }
        return reply
    }
}

/// What came back.
struct Reply: Equatable {
    enum Outcome { case answered, refused, chase, outside }

    var outcome = Outcome.answered
    var message = Message(header: Header(id: 0), questions: [])

    var code: ResponseCode { message.header.responseCode }
    var answers: [String] { message.answers.map(\.text).sorted() }
    var additionals: [String] { message.additionals.map(\.text).sorted() }
    var authorities: [String] { message.authorities.map(\.text) }
}

extension ResourceRecord {
    /// The record on one line, with single spaces.
    var text: String {
        description.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

func wire(_ name: String) -> [UInt8] { Name(name)!.octets }

/// The service `name.namespace` with cluster IPs.
func service(
    _ name: String,
    _ namespace: String,
    ips: [String] = [],
    ports: [ServicePort] = [ServicePort(name: "http", port: 80)],
    type: Service.ServiceType = .clusterIP,
    externalName: String = ""
) -> Service {
    Service(
        metadata: ObjectMeta(name: name, namespace: namespace),
        type: type,
        clusterIPs: ips,
        ports: ports,
        externalName: externalName
    )
}

/// A slice of `service.namespace`.
func slice(
    _ name: String,
    of service: String,
    _ namespace: String,
    _ endpoints: [Endpoint],
    ports: [EndpointPort] = [EndpointPort(name: "http", port: 8080)],
    type: EndpointSlice.AddressType = .ipv4
) -> EndpointSlice {
    var metadata = ObjectMeta(name: name, namespace: namespace)
    metadata.labels[EndpointSlice.serviceNameLabel] = service
    return EndpointSlice(
        metadata: metadata,
        addressType: type,
        endpoints: endpoints,
        ports: ports
    )
}

/// The cluster that most tests ask: a shop.
func shop(options: ClusterIndex.Options = .init()) -> ClusterFixture {
    var fixture = ClusterFixture(options: options)
    for namespace in ["default", "shop", "data"] { fixture.index.addNamespace(namespace) }
    fixture.index.update(service("web", "shop", ips: ["10.96.0.21"]))
    fixture.index.update(
        slice("web-1", of: "web", "shop", [Endpoint(addresses: ["10.244.0.9"], ready: true)])
    )
    fixture.index.update(
        service(
            "dual",
            "shop",
            ips: ["10.96.0.22", "fd00:10:96::22"],
            ports: [ServicePort(name: "dns", transport: .udp, port: 53)]
        )
    )
    fixture.index.update(
        service(
            "plain",
            "shop",
            ips: ["10.96.0.23"],
            ports: [ServicePort(port: 80), ServicePort(transport: .udp, port: 80)]
        )
    )
    fixture.index.update(
        service(
            "db",
            "data",
            ips: ["None"],
            ports: [ServicePort(name: "pg", port: 5432)]
        )
    )
    fixture.index.update(
        slice(
            "db-1",
            of: "db",
            "data",
            [
                Endpoint(addresses: ["10.244.1.1"], ready: true, hostname: "db-0"),
                Endpoint(addresses: ["10.244.1.2"], hostname: "db-1"),
                Endpoint(addresses: ["10.244.1.3"], ready: false, hostname: "db-2"),
                Endpoint(addresses: ["10.244.1.4"], ready: true, targetName: "db-pod"),
            ],
            ports: [EndpointPort(name: "pg", port: 5432)]
        )
    )
    fixture.index.update(service("empty", "data", ips: ["None"]))
    fixture.index.update(
        service("six", "data", ips: ["None"], ports: [ServicePort(name: "http", port: 80)])
    )
    fixture.index.update(
        slice(
            "six-1",
            of: "six",
            "data",
            [Endpoint(addresses: ["fd00::"]), Endpoint(addresses: ["2001:db8::1"])],
            type: .ipv6
        )
    )
    fixture.index.update(
        service("docs", "shop", type: .externalName, externalName: "docs.example.com")
    )
    fixture.index.update(
        service(
            "alias",
            "shop",
            type: .externalName,
            externalName: "web.shop.svc.cluster.local"
        )
    )
    fixture.index.update(
        service("literal", "shop", type: .externalName, externalName: "192.0.2.1")
    )
    fixture.index.update(
        service(
            "dangling",
            "shop",
            type: .externalName,
            externalName: "no.shop.svc.cluster.local"
        )
    )
    fixture.index.update(
        service("ping", "shop", type: .externalName, externalName: "pong.shop.svc.cluster.local")
    )
    fixture.index.update(
        service("pong", "shop", type: .externalName, externalName: "ping.shop.svc.cluster.local")
    )
    return fixture
}
