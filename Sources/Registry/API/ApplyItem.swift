public import KubernetesModel

/// One object of a set to apply, and where it was written.
public struct ApplyItem: Sendable, Equatable {
    /// Where the object was written, such as `shop.yaml, document 2`; empty if not known.
    public var source: String
    /// The object as written.
    public var object: APIObject

    /// Creates an item.
    public init(_ object: APIObject, source: String = "") {
        self.object = object
        self.source = source
    }

    /// Creates the item of a manifest's document.
    public init(_ document: Manifest.Document) {
        self.init(document.object, source: document.place.description)
    }
}

/// Which applied objects an apply removes because its set no longer holds them.
///
/// Only objects that were applied before are candidates: created ones are never pruned.
public enum Prune: Sendable {
    /// None.
    case none
    /// Those in the namespaces of the set; namespaces and nodes stay.
    case visitedNamespaces
    /// Those in any namespace, and the namespaces and nodes, that the filter matches.
    case matching(ObjectFilter)
}

/// What an apply did with one object.
public struct ApplyResult: Sendable, Equatable {
    /// What happened to an object.
    public enum Action: String, Sendable, Hashable, CaseIterable {
        /// The object is new.
        case created
        /// The object was changed.
        case configured
        /// The object was as it should be.
        case unchanged
        /// The object was removed, because the set no longer holds it.
        case pruned
    }

    /// What happened.
    public var action: Action
    /// The object as stored; its last state if pruned.
    public var object: APIObject
    /// Where the object was written; empty if pruned or not known.
    public var source: String

    /// Creates a result.
    public init(action: Action, object: APIObject, source: String = "") {
        self.action = action
        self.object = object
        self.source = source
    }
}

/// What a set of writes did, and the revision that holds it.
public struct ApplyOutcome: Sendable, Equatable {
    /// What happened to each object, in the order of the set; the pruned ones follow.
    public var results: [ApplyResult]
    /// The revision after the write; the one before it if nothing changed or nothing was kept.
    public var revision: Revision

    /// Creates an outcome.
    public init(results: [ApplyResult], revision: Revision) {
        self.results = results
        self.revision = revision
    }
}
