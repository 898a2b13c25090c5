extension PluginDirective {
    /// What people read about `import`, which is done before directives are looked at.
    static let importManual = PluginManual(
        name: "import",
        summary: "Puts the lines of another file, or of a snippet, in its place.",
        syntax: "import FILE|PATTERN|SNIPPET",
        details: [
            """
            It may stand where a server block begins, among the directives of one, and on a line \
            of its own in the block of a directive. A snippet is defined above, as a block whose \
            only key is its name in parentheses. A path that begins with no `/` begins in the \
            directory of the file that it stands in.
            """,
            """
            A pattern has at most one `*` and one `?`, or a class such as `[a-c]`; its files come \
            in the order of their names. That none is there is a warning, while a file that is \
            named must be there. `reload` notices changes of imported files, too.
            """,
        ],
        differences: [
            "An import that leads back to itself is an error that names the circle.",
            "All files together have at most 16 MiB.",
        ],
        example: """
            (common) {
                errors
                log . {
                    class error
                }
            }
            example.org {
                import common
                import zones/*.conf
                whoami
            }
            """
    )

    /// The pages of all directives.
    public static var manuals: [PluginManual] {
        (all.compactMap(\.manual) + [importManual]).sorted { $0.name < $1.name }
    }

    /// The list of the pages: `docs/plugins/README.md`.
    public static var manualIndex: String {
        let head = """
            # Plugins

            The directives of a Corefile that Martlet understands. Each page, and this list, is \
            made from the same
            source as the messages of its option parser (`UPDATE_PLUGIN_PAGES=1 swift test --filter
            PluginManualTests`).

            | directive | what it is for |
            |---|---|

            """
        return head + manuals.map { "| [\($0.name)](\($0.name).md) | \($0.summary) |\n" }.joined()
    }
}
