internal import Corefile
internal import Glibc

extension PluginDirective {
    /// `root PATH`: where relative paths start.
    static let root = PluginDirective(name: "root", manual: rootManual, make: makeRoot)

    private static let rootManual = PluginManual(
        name: "root",
        summary: "Names the directory that relative paths in the server block start from.",
        syntax: "root PATH",
        details: [
            """
            A relative `PATH` itself starts from where paths started before. If the directory does \
            not exist, there is a warning: it may come later. Of several directives, the last one \
            holds.
            """
        ],
        example: """
            example.org {
                root /etc/martlet/zones
                file db.example.org
            }
            """
    )

    private static func makeRoot(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        let paths = try directives.readEach { cursor in
            try (cursor.onlyArgument(), cursor.position)
        }
        guard let (text, position) = paths.last else { return nil }
        let path = context.path(text)
        var status = stat()
        // SAFETY: the path becomes a terminated copy for the call, which fills the structure.
        if unsafe stat(path, &status) != 0 {
            let code = errno
            guard code == ENOENT else {
                // SAFETY: the text is copied before another call on this thread can change it.
                let reason = unsafe String(cString: strerror(code))
                throw CorefileErrors([
                    CorefileError(
                        at: position,
                        "root: unable to access root path '\(path)': \(reason)",
                        mend: "check the path and its rights"
                    )
                ])
            }
            let place = position.map { "\($0): " } ?? ""
            context.warnings.append("\(place)root: Root path does not exist: \(path)")
        }
        context.directory = path
        return nil
    }
}
