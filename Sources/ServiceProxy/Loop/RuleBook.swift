internal import KubernetesModel
internal import Registry

/// Services in, rules out: keeps the ledger of rules up to date with the registry's objects.
struct RuleBook {
    private(set) var settings: ProxySettings
    private(set) var ledger = RuleLedger()
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
        ledger = RuleLedger()
        return try store.read { reader in
            for kind in ClusterServices.kinds {
                try reader.forEachStored(kind) { take($0) }
            }
            return try reader.revision
        }
    }

    /// Takes over an object.
    mutating func take(_ object: StoredObject, isDeletion: Bool = false) {
        touched.formUnion(services.take(object, isDeletion: isDeletion))
    }

    /// Makes the rules of the services that were touched.
    ///
    /// - Returns: Where UDP traffic comes in whose endpoints are others now.
    mutating func makeRules() -> Set<FlowFront> {
        if !fixedZone, services.zone != settings.zone {
            settings.zone = services.zone
            touched.formUnion(services.names)
        }
        var fronts: Set<FlowFront> = []
        for name in touched {
            let parts = services.service(name).flatMap {
                ServiceRules.parts(of: $0, services.slices(of: name), settings)
            }
            fronts.formUnion(ledger.replace(name, with: parts))
        }
        touched = []
        return fronts
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
