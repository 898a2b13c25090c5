import ArgumentParser

/// The namespace that a command works in.
struct NamespaceOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The namespace (default: $MARTLET_NAMESPACE, else default).",
            valueName: "namespace"
        )
    )
    var namespace: String?

    /// The namespace's name.
    var name: String {
        namespace ?? SystemFiles.environment("MARTLET_NAMESPACE") ?? "default"
    }
}

/// The namespace that a command works in, or all of them.
struct NamespacesOptions: ParsableArguments {
    @OptionGroup var one: NamespaceOptions

    @Flag(name: [.customShort("A"), .long], help: "Work in all namespaces.")
    var allNamespaces = false

    /// The only namespace for objects that have one; nil for all.
    var name: String? { allNamespaces ? nil : one.name }
}
