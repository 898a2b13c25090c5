import ArgumentParser
import KubernetesModel
import Registry

/// Changes labels.
struct LabelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Set and remove labels of objects.",
        discussion: """
            Examples:
              martlet label svc web tier=front
              martlet label pod web-0 tier=back --overwrite
              martlet label pods -l app=web tier-
            """
    )

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var namespace: NamespaceOptions
    @OptionGroup var selection: SelectionOptions

    @Flag(help: "Change labels that have another value already.")
    var overwrite = false

    @Flag(help: "Label all objects of the kind in the namespace.")
    var all = false

    @Argument(help: "KIND NAME... or KIND/NAME..., then KEY=VALUE to set and KEY- to remove.")
    var words: [String]

    func run() throws {
        let first = words.firstIndex { Self.isChange($0) } ?? words.endIndex
        let changes = try LabelChanges(Array(words[first...]))
        let asked = try ResourceArguments(Array(words[..<first]))
        guard !asked.hasNames || selection.isEmpty else {
            throw Failure("name cannot be provided when a selector is specified", status: .usage)
        }
        let registry = try registry.open()
        defer { registry.close() }
        for request in asked.requests {
            for object in try objects(request, registry) {
                try change(object, changes, registry)
            }
        }
    }

    private static func isChange(_ word: String) -> Bool {
        word.contains("=") || (word.hasSuffix("-") && !word.contains(","))
    }

    private func objects(
        _ request: ResourceArguments.Request,
        _ registry: Registry
    ) throws -> [APIObject] {
        let space = request.kind.isNamespaced ? namespace.name : ""
        guard request.names.isEmpty else {
            return try request.names.map {
                try registry.get(ObjectKey(kind: request.kind, namespace: space, name: $0))
            }
        }
        guard all || !selection.isEmpty else {
            throw Failure(
                "one or more resources must be specified as <resource> <name> or"
                    + " <resource>/<name>; or use -l or --all",
                status: .usage
            )
        }
        return try registry.list(
            request.kind,
            namespace: request.kind.isNamespaced ? space : nil,
            filter: try selection.filter(request.kind)
        ).objects
    }

    private func change(
        _ object: APIObject,
        _ changes: LabelChanges,
        _ registry: Registry
    ) throws {
        let labels = object.labels
        if !overwrite {
            for (key, value) in changes.values {
                guard let value, let old = labels[key], old != value else { continue }
                throw Failure("'\(key)' already has a value (\(old)), and --overwrite is false")
            }
        }
        let isChanged = changes.values.contains { labels[$0.key] != $0.value }
        if isChanged {
            _ = try registry.patchLabels(object.key, changes.values, overwrite: true)
        }
        let isRemoval = changes.values.allSatisfy { $0.value == nil }
        let verb = !isChanged ? "not labeled" : isRemoval ? "unlabeled" : "labeled"
        Output.line("\(ObjectTitle.name(object)) \(verb)")
    }
}

/// What a command line changes in labels.
struct LabelChanges: Equatable {
    /// The labels to set; nil removes a label.
    var values: [String: String?] = [:]

    /// Reads `KEY=VALUE` and `KEY-` words.
    init(_ words: [String]) throws(Failure) {
        guard !words.isEmpty else {
            throw Failure("at least one label update is required", status: .usage)
        }
        for word in words {
            let key: String
            let value: String?
            if let equals = word.firstIndex(of: "=") {
                key = String(word[..<equals])
                value = String(word[word.index(after: equals)...])
            } else if word.hasSuffix("-") {
                key = String(word.dropLast())
                value = nil
            } else {
                throw Failure("'\(word)' is no label: write KEY=VALUE or KEY-", status: .usage)
            }
            guard values.updateValue(value, forKey: key) == nil else {
                throw Failure(
                    "can not both modify and remove a label in the same command: '\(key)'",
                    status: .usage
                )
            }
        }
    }
}
