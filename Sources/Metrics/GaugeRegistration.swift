/// Keeps a gauge's function in the registry for as long as it lives.
///
/// It goes with the configuration that made it. While an old and a new configuration both have a
/// function for the same labels the newer one is asked, and if that goes first, the older again.
///
/// The function must not hold the registration's holder, or neither ever ends.
public final class GaugeRegistration: Sendable {
    private let registry: MetricsRegistry
    private let name: String
    private let labels: String
    /// Nil if the gauge was refused.
    private let id: UInt64?

    init(registry: MetricsRegistry, name: String, labels: String, id: UInt64?) {
        self.registry = registry
        self.name = name
        self.labels = labels
        self.id = id
    }

    deinit {
        remove()
    }

    /// Removes the function now rather than later; doing it again does nothing.
    public func remove() {
        guard let id else { return }
        registry.removeReading(name, labels: labels, id: id)
    }
}
