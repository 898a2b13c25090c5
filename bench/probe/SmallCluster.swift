import KubernetesModel
import Registry

/// The registry that the stream asks: always the same 100 services.
enum SmallCluster {
    static let namespaceCount = 10
    static let serviceCount = 100
    static let endpointCount = 100
    /// The headless service is the first one.
    static let headless = 0

    /// What a kubeadm cluster's Corefile serves.
    static let corefile = """
        cluster.local 10.96.0.0/16 10.244.0.0/16 {
            errors
            kubernetes {
                pods insecure
            }
        }
        """

    static func name(_ service: Int) -> String {
        "svc\(service).ns\(service % namespaceCount).svc.cluster.local."
    }

    static func clusterIP(_ service: Int) -> String { "10.96.0.\(service)" }

    static func endpoint(_ number: Int) -> String { "10.244.0.\(number)" }

    /// Makes the registry.
    static func store() throws -> MemoryStore {
        let store = MemoryStore()
        var lines = (0..<namespaceCount).map { "{kind: Namespace, metadata: {name: ns\($0)}}" }
        for service in 0..<serviceCount {
            lines.append(serviceLine(service))
            let range = service == headless ? 1...endpointCount : 101 + service...101 + service
            lines.append(sliceLine(service, range.map { endpoint($0) }))
        }
        let objects = try lines.map(object)
        _ = try store.write { transaction in
            for object in objects { try transaction.put(object, terms: []) }
        }
        return store
    }

    private static func serviceLine(_ service: Int) -> String {
        let address = service == headless ? "None" : clusterIP(service)
        return """
            {kind: Service, \
            metadata: {name: svc\(service), namespace: ns\(service % namespaceCount)}, \
            spec: {clusterIP: \(address), clusterIPs: [\(address)], \
            ports: [{name: http, protocol: TCP, port: 80}]}}
            """
    }

    private static func sliceLine(_ service: Int, _ addresses: [String]) -> String {
        let endpoints = addresses.map { "{addresses: [\($0)], conditions: {ready: true}}" }
        return """
            {kind: EndpointSlice, addressType: IPv4, \
            metadata: {name: svc\(service)-1, namespace: ns\(service % namespaceCount), \
            labels: {kubernetes.io/service-name: svc\(service)}}, \
            ports: [{name: http, protocol: TCP, port: 8080}], \
            endpoints: [\(endpoints.joined(separator: ", "))]}
            """
    }

    /// An object of one line of YAML.
    private static func object(_ line: String) throws -> APIObject {
        let fields = try YAMLReader.read(line).object
        let metadata = fields?["metadata"]?.object
        guard let fields, let kind = fields["kind"]?.string.flatMap(Kind.init(rawValue:)),
            let name = metadata?["name"]?.string
        else { throw ProbeError.question(line) }
        let namespace = metadata?["namespace"]?.string ?? ""
        let key = ObjectKey(kind: kind, namespace: namespace, name: name)
        return APIObject(key: key, fields: fields)
    }
}
