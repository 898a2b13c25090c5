public import KubernetesModel

/// An environment variable of a container.
public struct EnvironmentVariable: Sendable, Hashable {
    /// The variable's name.
    public var name: String
    /// The variable's value.
    public var value: String

    /// Creates a variable.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// The variables that tell a pod's containers where services are.
///
/// - SeeAlso: `kubelet_pods.go` (`getServiceEnvVarMap`), `kubelet/envvars` (`FromServices`).
public struct ServiceEnvironment: Sendable, Hashable {
    /// The namespace of the service that is visible from all namespaces.
    static let masterNamespace = "default"
    /// The name of the service that is visible from all namespaces.
    static let masterService = "kubernetes"

    /// The variables: services by name, and those of a service in the kubelet's order.
    public var variables: [EnvironmentVariable]

    /// Makes the variables that the kubelet would make.
    ///
    /// The kubelet leaves the order to Go's maps, and so which of two services wins whose names
    /// become the same. Here services come by name, and the first one wins.
    ///
    /// - Parameters:
    ///   - namespace: The pod's namespace.
    ///   - enableServiceLinks: `spec.enableServiceLinks`.
    ///   - services: The services that existed when the pod was created, of any namespace.
    public init(namespace: String, enableServiceLinks: Bool, services: [Service]) {
        var chosen: [String: Service] = [:]
        for service in services where ServiceEnvironment.hasAddress(service) {
            let metadata = service.metadata
            if metadata.namespace == namespace, enableServiceLinks {
                chosen[metadata.name] = service
            } else if metadata.namespace == ServiceEnvironment.masterNamespace,
                metadata.name == ServiceEnvironment.masterService, chosen[metadata.name] == nil
            {
                chosen[metadata.name] = service
            }
        }
        var seen: Set<String> = []
        variables = chosen.values.sorted { $0.metadata.name < $1.metadata.name }
            .flatMap(ServiceEnvironment.variables)
            .filter { seen.insert($0.name).inserted }
    }

    /// Whether a service has a cluster IP; headless and ExternalName services have none.
    private static func hasAddress(_ service: Service) -> Bool {
        guard let first = service.clusterIPs.first else { return false }
        return service.type != .externalName && !service.isHeadless && !first.isEmpty
    }

    /// The variables of one service, for its primary cluster IP.
    private static func variables(of service: Service) -> [EnvironmentVariable] {
        let name = variableName(service.metadata.name)
        let ip = service.clusterIPs.first ?? ""
        let host = ip.contains(":") ? "[\(ip)]" : ip
        var result = [EnvironmentVariable(name: "\(name)_SERVICE_HOST", value: ip)]
        let add = { (suffix: String, value: String) in
            result.append(EnvironmentVariable(name: "\(name)_\(suffix)", value: value))
        }
        guard let first = service.ports.first else { return result }
        add("SERVICE_PORT", "\(first.port)")
        for port in service.ports where !port.name.isEmpty {
            add("SERVICE_PORT_\(variableName(port.name))", "\(port.port)")
        }
        // From here on: the variables of Docker's links, for programs written for those.
        for (index, port) in service.ports.enumerated() {
            let transport = port.transport.rawValue.lowercased()
            let url = "\(transport)://\(host):\(port.port)"
            let prefix = "PORT_\(port.port)_\(port.transport.rawValue)"
            if index == 0 { add("PORT", url) }
            add(prefix, url)
            add("\(prefix)_PROTO", transport)
            add("\(prefix)_PORT", "\(port.port)")
            add("\(prefix)_ADDR", ip)
        }
        return result
    }

    /// A name as part of a variable's name: upper case, `_` for `-`.
    private static func variableName(_ name: String) -> String {
        String(name.uppercased().map { $0 == "-" ? "_" : $0 })
    }
}
