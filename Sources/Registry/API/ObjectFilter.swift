public import KubernetesModel

/// A choice of objects by label and field selectors.
public struct ObjectFilter: Sendable, Hashable {
    /// The filter that every object passes.
    public static let all = ObjectFilter()

    /// What the objects' labels must be.
    public var labels: LabelSelector
    /// What the objects' fields must be.
    public var fields: FieldSelector

    /// Creates a filter.
    public init(labels: LabelSelector = LabelSelector(), fields: FieldSelector = FieldSelector()) {
        self.labels = labels
        self.fields = fields
    }

    /// Reads a filter from selectors as kubectl takes them.
    ///
    /// - Parameters:
    ///   - labels: A label selector, such as `app=web,tier!=db`; empty for all.
    ///   - fields: A field selector, such as `metadata.name=web`; empty for all.
    ///   - kind: The kind of the objects, which has the fields.
    /// - Throws: ``RegistryError/badRequest(_:)`` if a selector cannot be read.
    public init(
        labels: String,
        fields: String = "",
        kind: Kind
    ) throws(RegistryError) {
        do throws(SelectorError) {
            self.labels = try LabelSelector(parsing: labels)
            self.fields = try FieldSelector(parsing: fields, for: kind)
        } catch {
            throw .badRequest(error.message)
        }
    }

    /// Whether an object passes the filter.
    public func matches(_ object: APIObject) -> Bool {
        (labels.isEmpty || labels.matches(object.labels)) && fields.matches(object)
    }
}
