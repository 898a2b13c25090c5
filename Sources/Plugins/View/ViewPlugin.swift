/// Tells the name of the block's view (CoreDNS `view`); it does nothing with queries.
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class ViewPlugin: Plugin, @unchecked Sendable {
    private let viewName: String

    /// Creates the plugin.
    init(viewName: String) {
        self.viewName = viewName
        super.init(name: "view")
    }

    override func addMetadata(to transaction: inout Transaction) {
        transaction.setMetadata("view/name", viewName)
    }
}
