/// What was read from manifests: objects, kinds that were passed over, and mistakes.
public struct Manifest: Sendable {
    /// Where in the manifests something stands.
    public struct Place: Sendable, Hashable, CustomStringConvertible {
        /// The file, or `standard input`.
        public var source: String
        /// The document's number in the file, from 1; 0 for the file as a whole.
        public var document: Int
        /// The line the document begins in, from 1; 0 if not known.
        public var line: Int

        /// Creates a place.
        public init(source: String, document: Int = 0, line: Int = 0) {
            self.source = source
            self.document = document
            self.line = line
        }

        /// The place as `FILE: document 2 (line 14)`.
        public var description: String {
            guard document > 0 else { return line > 0 ? "\(source): line \(line)" : source }
            return "\(source): document \(document)" + (line > 0 ? " (line \(line))" : "")
        }
    }

    /// An object of a manifest.
    public struct Document: Sendable {
        /// Where the object stands.
        public var place: Place
        /// The object, as written, with its namespace filled in.
        public var object: APIObject
    }

    /// An object of a kind that has no part in discovery.
    public struct Skipped: Sendable, Hashable {
        /// Where the object stands.
        public var place: Place
        /// The object's API version.
        public var apiVersion: String
        /// The object's kind.
        public var kind: String
        /// The object's name; may be empty.
        public var name: String
    }

    /// A mistake.
    public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        /// Where the mistake stands.
        public var place: Place
        /// The path of the field; empty if it is not about a field.
        public var field: String
        /// What is wrong, the field named where there is one.
        public var message: String
        /// The object, if it could be read as one.
        public var object: ObjectKey?

        /// The problem as one line.
        public var description: String { "\(place): \(message)" }
    }

    /// The objects, in the order of the manifests.
    public var documents: [Document] = []
    /// The objects that were passed over.
    public var skipped: [Skipped] = []
    /// Every mistake.
    public var problems: [Problem] = []

    /// Creates an empty manifest.
    public init() {}

    /// Names the kinds that were passed over, in one line; nil if there are none.
    public var skippedSummary: String? {
        guard !skipped.isEmpty else { return nil }
        var counts: [String: Int] = [:]
        for item in skipped { counts[item.kind, default: 0] += 1 }
        let kinds = counts.sorted { $0.key < $1.key }
            .map { $0.value == 1 ? $0.key : "\($0.key) (\($0.value))" }
        return "skipped, no part in discovery: " + kinds.joined(separator: ", ")
    }

    /// Adds what another manifest holds.
    mutating func append(_ other: Manifest) {
        documents += other.documents
        skipped += other.skipped
        problems += other.problems
    }
}
