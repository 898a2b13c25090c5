/// The names by which plugins tell what they know of a query: `plugin/label`.
enum MetadataLabel {
    /// Whether a text is such a name: a plugin's name, and what follows the first slash.
    static func isLabel(_ text: some StringProtocol) -> Bool {
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else { return false }
        return slash != text.startIndex && text.utf8.index(after: slash) != text.endIndex
    }
}
