import KubernetesModel

/// The objects that a command line means: `KIND`, `KIND,KIND`, `KIND NAME…` or `KIND/NAME…`.
struct ResourceArguments: Equatable {
    /// All objects of a kind, or the named ones.
    struct Request: Equatable {
        /// The kind.
        var kind: Kind
        /// The names; empty for all.
        var names: [String]
    }

    /// What is asked for, in the order of the words.
    var requests: [Request]

    /// The kinds that `all` means, as kubectl has it.
    static let allKinds: [Kind] = [
        .pod, .service, .daemonSet, .deployment, .replicaSet, .statefulSet,
    ]

    /// The words that shells offer.
    static let completions = Kind.allCases.map(\.plural) + ["all"]

    /// Whether single objects are named.
    var hasNames: Bool { requests.contains { !$0.names.isEmpty } }

    /// Reads the words of a command line.
    init(_ words: [String]) throws(Failure) {
        guard let first = words.first else {
            throw Failure(
                "You must specify the type of resource, such as services (svc), pods (po),"
                    + " namespaces (ns), endpointslices (eps) or nodes (no)",
                status: .usage
            )
        }
        requests = []
        if words.contains(where: { $0.contains("/") }) {
            for word in words {
                let parts = word.split(separator: "/", omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                    throw Failure(
                        "there is no need to specify a resource type as a separate argument when"
                            + " passing arguments in resource/name form: '\(word)' is not of the"
                            + " form KIND/NAME",
                        status: .usage
                    )
                }
                add(try ResourceArguments.kind(String(parts[0])), String(parts[1]))
            }
            return
        }
        let kinds = try ResourceArguments.kinds(first)
        let names = Array(words.dropFirst())
        requests = kinds.map { Request(kind: $0, names: names) }
    }

    private mutating func add(_ kind: Kind, _ name: String) {
        if let last = requests.last, last.kind == kind {
            requests[requests.count - 1].names.append(name)
        } else {
            requests.append(Request(kind: kind, names: [name]))
        }
    }

    private static func kinds(_ word: String) throws(Failure) -> [Kind] {
        var kinds: [Kind] = []
        for part in word.split(separator: ",") {
            let found = part == "all" ? allKinds : [try kind(String(part))]
            kinds += found.filter { !kinds.contains($0) }
        }
        return kinds
    }

    /// The kind that a word means.
    static func kind(_ word: String) throws(Failure) -> Kind {
        guard let kind = Kind(spelled: word) else {
            throw Failure(
                "the server doesn't have a resource type \"\(word)\"; it has "
                    + Kind.allCases.map(\.plural).joined(separator: ", ")
            )
        }
        return kind
    }
}
