internal import KubernetesModel
internal import Registry

/// The services of a registry and their slices, as far as they have been read.
struct ClusterServices {
    private var services: [ServiceName: Service] = [:]
    private var slices: [ServiceName: [String: EndpointSlice]] = [:]
    /// The service that each slice belongs to.
    private var owners: [ServiceName: ServiceName] = [:]
    /// The zone of the node; empty if it has none.
    private(set) var zone = ""
    private let nodeName: String
    /// Objects that can't be understood, and why.
    private(set) var problems: [String] = []

    init(nodeName: String) { self.nodeName = nodeName }

    /// The kinds of objects that matter.
    static let kinds: [Kind] = [.node, .service, .endpointSlice]

    /// The names of all services.
    var names: [ServiceName] { services.keys.sorted() }

    /// A service; nil if there is none.
    func service(_ name: ServiceName) -> Service? { services[name] }

    /// The slices of a service, in order of their names.
    func slices(of name: ServiceName) -> [EndpointSlice] {
        (slices[name] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
    }

    /// The problems since the last time, which are forgotten.
    mutating func takeProblems() -> [String] {
        defer { problems = [] }
        return problems
    }

    /// An object that was understood.
    enum Object: Sendable {
        case service(ServiceName, Service)
        case slice(ServiceName, EndpointSlice)
        case node(name: String, zone: String)
        /// One that is gone, or can't be understood, and why.
        case none(Kind, ServiceName, problem: String?)
    }

    /// Understands an object.
    static func decode(_ stored: StoredObject) -> Object {
        let key = stored.key
        let name = ServiceName(namespace: key.namespace, name: key.name)
        do {
            let object = try stored.object()
            switch key.kind {
            case .service: return .service(name, try Service(object))
            case .endpointSlice: return .slice(name, try EndpointSlice(object))
            default: return .node(name: key.name, zone: object.labels[Node.zoneLabel] ?? "")
            }
        } catch {
            let problem = "\(key.kind.rawValue) \(key.namespace)/\(key.name): \(error)"
            return .none(key.kind, name, problem: problem)
        }
    }

    /// Takes over an object.
    ///
    /// - Returns: The services that it is about.
    mutating func take(_ object: Object) -> [ServiceName] {
        switch object {
        case .service(let name, let service):
            services[name] = service
            return [name]
        case .slice(let name, let slice): return set(slice, name)
        case .node(let name, let zone):
            if name == nodeName { self.zone = zone }
            return []
        case .none(let kind, let name, let problem):
            if let problem { problems.append(problem) }
            return remove(kind, name)
        }
    }

    private mutating func set(_ slice: EndpointSlice, _ name: ServiceName) -> [ServiceName] {
        var touched = remove(.endpointSlice, name)
        guard !slice.serviceName.isEmpty else { return touched }
        let owner = ServiceName(namespace: name.namespace, name: slice.serviceName)
        owners[name] = owner
        slices[owner, default: [:]][name.name] = slice
        if !touched.contains(owner) { touched.append(owner) }
        return touched
    }

    private mutating func remove(_ kind: Kind, _ name: ServiceName) -> [ServiceName] {
        switch kind {
        case .service:
            services[name] = nil
            return [name]
        case .endpointSlice:
            guard let owner = owners.removeValue(forKey: name) else { return [] }
            slices[owner]?[name.name] = nil
            if slices[owner]?.isEmpty == true { slices[owner] = nil }
            return [owner]
        default:
            if name.name == nodeName { zone = "" }
            return []
        }
    }
}
