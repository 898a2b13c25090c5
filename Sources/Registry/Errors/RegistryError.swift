public import KubernetesModel

/// Why the registry refused or could not do something.
///
/// The texts are Kubernetes' own where Kubernetes has one.
public enum RegistryError: Error, Sendable, Equatable {
    /// There is no object of this identity.
    case notFound(ObjectKey)
    /// An object of this identity exists already.
    case alreadyExists(ObjectKey)
    /// The object was changed since the caller read it.
    case conflict(ObjectKey)
    /// The object breaks rules; each cause names its field.
    case invalid(ValidationErrors)
    /// The registry never does this.
    case forbidden(ObjectKey, reason: String)
    /// The request makes no sense, whatever the registry holds.
    case badRequest(String)
    /// A range of addresses or ports has no free member.
    case exhausted(ObjectKey, reason: String)
    /// Some objects of a set were refused, so that none was written.
    case rejected([ApplyProblem])

    /// The change log does not reach back to the revision.
    case compacted(requested: Revision, oldest: Revision)
    /// The revision is in the future.
    case revisionTooNew(requested: Revision, current: Revision)
    /// The registry is closed.
    case closed

    /// The store's file or directory cannot be used.
    case storage(StorageProblem)
    /// The registry was created with other settings than asked for now.
    case settings(String)
    /// The text is not the URL of a registry.
    case url(String)
}

extension RegistryError: CustomStringConvertible {
    /// The message for a person, as Kubernetes words it.
    public var description: String {
        switch self {
        case .notFound(let key):
            "\(key.kind.qualifiedPlural) \"\(key.name)\" not found"
        case .alreadyExists(let key):
            "\(key.kind.qualifiedPlural) \"\(key.name)\" already exists"
        case .conflict(let key):
            "Operation cannot be fulfilled on \(key.kind.qualifiedPlural) \"\(key.name)\": "
                + "the object has been modified; "
                + "please apply your changes to the latest version and try again"
        case .invalid(let errors):
            errors.description
        case .forbidden(let key, let reason):
            "\(key.kind.qualifiedPlural) \"\(key.name)\" is forbidden: \(reason)"
        case .badRequest(let reason), .exhausted(_, let reason), .settings(let reason),
            .url(let reason):
            reason
        case .rejected(let problems):
            problems.map(\.description).joined(separator: "\n")
        case .compacted(let requested, let oldest):
            "too old resource version: \(requested) (\(oldest))"
        case .revisionTooNew(let requested, let current):
            "Too large resource version: \(requested), current: \(current)"
        case .closed:
            "the registry is closed"
        case .storage(let problem):
            problem.description
        }
    }
}

/// One object of a set that was refused, and why.
public struct ApplyProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where the object was written, such as `shop.yaml, document 2`; empty if not known.
    public var source: String
    /// The object; nil if the document could not be read as one.
    public var key: ObjectKey?
    /// Why it was refused.
    public var error: RegistryError

    /// Creates a problem.
    public init(source: String, key: ObjectKey?, error: RegistryError) {
        self.source = source
        self.key = key
        self.error = error
    }

    /// The problem as one line: the place, then the message.
    public var description: String {
        source.isEmpty ? error.description : "\(source): \(error)"
    }
}
