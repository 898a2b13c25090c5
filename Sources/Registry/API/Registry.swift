import KubernetesModel

/// A registry of Kubernetes objects: what `kubectl` would tell an API server, kept in a store.
///
/// Every write is one transaction: it sets defaults, validates, allocates addresses and ports,
/// runs the endpoints and workload controllers for what it touched, and commits all of it or
/// nothing. All calls block their thread and may come from any thread.
///
/// - Note: The target imports no Foundation and knows no storage engine; those are targets of
///   their own, such as `RegistrySQLite`.
public final class Registry: Sendable {
    /// Where the objects are kept.
    public let store: any RegistryStore
    /// What the registry was created with.
    public let settings: RegistrySettings
    /// Time, identifiers and chance.
    public let environment: RegistryEnvironment

    /// Opens a registry, creating its namespaces, its `kubernetes` service and its settings if the
    /// store is new.
    ///
    /// - Parameters:
    ///   - store: Where the objects are kept.
    ///   - requested: The settings that were asked for explicitly.
    ///   - environment: Time, identifiers and chance.
    /// - Throws: ``RegistryError/settings(_:)`` if the settings make no sense, or the store has
    ///   objects that other settings made.
    public init(
        store: any RegistryStore,
        requested: RequestedSettings = RequestedSettings(),
        environment: RegistryEnvironment = .system
    ) throws {
        self.store = store
        self.environment = environment
        let (saved, isWhole) = try store.read { reader in
            (try RegistrySettings(reading: reader), try Bootstrap.isWhole(reader))
        }
        let wanted = requested.settings(basedOn: saved ?? .standard)
        try wanted.check()
        if wanted != saved || !isWhole {
            // Read again inside: another process may have created the registry meanwhile.
            settings = try store.write { transaction in
                try Bootstrap.prepare(transaction, requested, environment)
            }.result
        } else {
            settings = wanted
        }
    }

    /// Closes the registry's store; those who wait for changes are woken.
    public func close() { store.close() }
}
