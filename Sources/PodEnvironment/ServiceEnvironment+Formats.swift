extension ServiceEnvironment {
    /// A way of writing variables.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// `NAME=value` lines, as `docker run --env-file` reads them.
        case file
        /// `export NAME=value` lines for a shell.
        case export
        /// `--env` flags of `docker run` and `podman run`.
        case docker
        /// One JSON object.
        case json
    }

    /// The variables as text that ends in a line feed, unless it is empty.
    public func text(_ format: Format) -> String {
        switch format {
        case .file:
            variables.map { "\($0.name)=\($0.value)\n" }.joined()
        case .export:
            variables.map { variable in
                let text = "\(variable.name)=\(ShellWord.quote(variable.value))\n"
                // A name such as 1SVC_PORT is no error in Kubernetes, but one in a shell.
                let isName = !(variable.name.first?.isNumber ?? true)
                return isName ? "export \(text)" : "# no name for a shell: \(text)"
            }.joined()
        case .docker:
            variables.isEmpty
                ? ""
                : variables.map { "--env \(ShellWord.quote("\($0.name)=\($0.value)"))" }
                    .joined(separator: " ") + "\n"
        case .json:
            variables.isEmpty
                ? "{}\n"
                : "{\n"
                    + variables.map {
                        "  \(JSONText.string($0.name)): \(JSONText.string($0.value))"
                    }.joined(separator: ",\n") + "\n}\n"
        }
    }
}
