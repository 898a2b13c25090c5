import KubernetesModel
import Registry
import Testing

/// A shop with services of each shape.
let shopObjects =
    [
        "{kind: Namespace, metadata: {name: shop}}",
        service("web", "clusterIP: 10.96.0.21, clusterIPs: [10.96.0.21]"),
        service("db", "clusterIP: None, clusterIPs: [None]"),
        service("docs", "type: ExternalName, externalName: www.example.test"),
        service("round", "type: ExternalName, externalName: back.example.test"),
        service("loop", "type: ExternalName, externalName: loop.example.test"),
        service("far", "type: ExternalName, externalName: example.org"),
        slice("db", addresses: (0..<1_000).map { "10.244.\($0 / 250).\($0 % 250 + 1)" }),
    ]

/// A service of the shop, on one line.
func service(_ name: String, _ spec: String) -> String {
    """
    {kind: Service, metadata: {name: \(name), namespace: shop}, \
    spec: {ports: [{name: http, protocol: TCP, port: 80}], \(spec)}}
    """
}

/// The endpoints of a service of the shop, on one line.
func slice(_ service: String, addresses: [String]) -> String {
    let endpoints = addresses.map { "{addresses: [\($0)], conditions: {ready: true}}" }
    return """
        {kind: EndpointSlice, addressType: IPv4, metadata: {name: \(service)-1, namespace: shop, \
        labels: {kubernetes.io/service-name: \(service)}}, \
        ports: [{name: http, protocol: TCP, port: 8080}], \
        endpoints: [\(endpoints.joined(separator: ", "))]}
        """
}

extension RegistryStore {
    /// Stores objects as they are, without the registry's rules.
    func put(_ manifests: [String]) throws {
        let objects = try manifests.map { try APIObject(line: $0) }
        _ = try write { transaction in
            for object in objects { try transaction.put(object, terms: []) }
        }
    }

    /// Removes an object.
    func remove(_ kind: Kind, _ namespace: String, _ name: String) throws {
        _ = try write {
            try $0.delete(ObjectKey(kind: kind, namespace: namespace, name: name))
        }
    }
}

extension APIObject {
    /// Reads an object of one line of YAML.
    init(line: String) throws {
        let fields = try #require(try YAMLReader.read(line).object)
        let kind = try #require(fields["kind"]?.string.flatMap(Kind.init(rawValue:)))
        let metadata = try #require(fields["metadata"]?.object)
        self.init(
            key: ObjectKey(
                kind: kind,
                namespace: metadata["namespace"]?.string ?? "",
                name: try #require(metadata["name"]?.string)
            ),
            fields: fields
        )
    }
}
