internal import KubernetesModel
internal import Registry

/// Services in, rules out: keeps the ledger of rules up to date with the registry's objects.
struct RuleBook {
    private(set) var settings: ProxySettings
    private(set) var ledger = RuleLedger(isNoting: false)
    private(set) var services: ClusterServices
    private var touched: Set<ServiceName> = []
    private let fixedZone: Bool

    init(_ settings: ProxySettings) {
        self.settings = settings
        fixedZone = !settings.zone.isEmpty
        services = ClusterServices(nodeName: settings.nodeName)
    }

    /// Reads a registry.
    ///
    /// - Returns: The revision that was read.
    mutating func load(_ store: any RegistryStore) throws -> Revision {
        services = ClusterServices(nodeName: settings.nodeName)
        ledger = RuleLedger(isNoting: false)
        // Only the text is read meanwhile: decoding is most of the work, and can be shared.
        var stored: [StoredObject] = []
        let revision = try store.read { reader in
            for kind in ClusterServices.kinds {
                try reader.forEachStored(kind) { stored.append($0) }
            }
            return try reader.revision
        }
        for object in Parallel.map(stored, { ClusterServices.decode($0) }) {
            touched.formUnion(services.take(object))
        }
        return revision
    }

    /// Takes over a change.
    mutating func take(_ change: StoredChange) {
        let key = change.object.key
        guard ClusterServices.kinds.contains(key.kind) else { return }
        let name = ServiceName(namespace: key.namespace, name: key.name)
        let object: ClusterServices.Object =
            change.isDeletion
            ? .none(key.kind, name, problem: nil) : ClusterServices.decode(change.object)
        touched.formUnion(services.take(object))
    }

    /// Makes the rules of the services that were touched.
    ///
    /// - Returns: Where UDP traffic comes in whose endpoints are others now.
    mutating func makeRules() -> Set<FlowFront> {
        if !fixedZone, services.zone != settings.zone {
            settings.zone = services.zone
            touched.formUnion(services.names)
        }
        let sources = touched.map { Source($0, services.service($0), services.slices(of: $0)) }
        let settings = settings
        let made = Parallel.map(sources) { source in
            source.service.flatMap { ServiceRules.parts(of: $0, source.slices, settings) }
        }
        var fronts: Set<FlowFront> = []
        for (source, parts) in zip(sources, made) {
            fronts.formUnion(ledger.replace(source.name, with: parts))
        }
        touched = []
        return fronts
    }

    /// What the rules of a service are made of.
    private struct Source: Sendable {
        let name: ServiceName
        let service: Service?
        let slices: [EndpointSlice]

        init(_ name: ServiceName, _ service: Service?, _ slices: [EndpointSlice]) {
            self.name = name
            self.service = service
            self.slices = slices
        }
    }

    /// What has changed since the last time.
    mutating func takeChange() -> RuleChange { ledger.takeChange() }

    /// The objects that could not be understood since the last time.
    mutating func takeProblems() -> [String] { services.takeProblems() }

    /// The number of services that were touched since rules were made.
    var touchedCount: Int { touched.count }

    /// The number of services.
    var serviceCount: Int { services.names.count }
}
