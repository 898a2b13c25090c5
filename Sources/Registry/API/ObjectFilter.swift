public import KubernetesModel

/// A choice of objects by label and field selectors.
public struct ObjectFilter: Sendable {
    /// The filter that every object passes.
    public static let all = ObjectFilter()

    private init() {}

    /// Reads a filter from selectors as kubectl takes them.
    ///
    /// - Parameters:
    ///   - labels: A label selector, such as `app=web,tier!=db`; empty for all.
    ///   - fields: A field selector, such as `metadata.name=web`; empty for all.
    /// - Throws: ``RegistryError/badRequest(_:)`` if a selector cannot be read.
    public init(labels: String, fields: String = "") throws(RegistryError) {
        throw .badRequest("selectors are not available yet")
    }

    /// Whether an object passes the filter.
    public func matches(_ object: APIObject) -> Bool { true }
}
