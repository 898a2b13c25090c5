/// The URL of a registry.
///
/// `memory:` and `sqlite:PATH` can be opened; `etcd://HOST:PORT/PREFIX` and `kubernetes:` are
/// recognised, so that their message is a clear one.
public enum RegistryURL: Sendable, Hashable {
    /// A registry in memory, gone with the process.
    case memory
    /// A registry in an SQLite file, its path relative to the working directory or absolute.
    case sqlite(path: String)

    /// Reads the URL of a registry.
    ///
    /// - Parameter text: The URL, such as `sqlite:/var/lib/martlet/registry.db`.
    /// - Throws: ``RegistryError/url(_:)`` with the list of what can be opened.
    public init(_ text: String) throws(RegistryError) {
        guard let colon = text.firstIndex(of: ":") else {
            throw .url(
                "\"\(text)\" is not the URL of a registry: it has no scheme; \(Self.choices)"
            )
        }
        let scheme = text[..<colon].lowercased()
        let rest = String(text[text.index(after: colon)...])
        switch scheme {
        case "memory":
            guard rest.isEmpty else {
                throw .url("registry URL \"\(text)\": write memory: without anything behind it")
            }
            self = .memory
        case "sqlite":
            // sqlite:///absolute is what many programs write; sqlite://relative is ambiguous.
            let path = rest.hasPrefix("///") ? String(rest.dropFirst(2)) : rest
            guard !path.isEmpty, !path.hasPrefix("//"), !path.utf8.contains(0) else {
                throw .url(
                    "registry URL \"\(text)\" names no file: write sqlite:PATH, "
                        + "as in sqlite:/var/lib/martlet/registry.db"
                )
            }
            self = .sqlite(path: path)
        case "etcd", "kubernetes":
            throw .url(
                "registry URL \"\(text)\": \(scheme) registries are not available in this version; "
                    + Self.choices
            )
        default:
            throw .url("registry URL \"\(text)\": unknown scheme \"\(scheme)\"; \(Self.choices)")
        }
    }

    private static let choices = "use sqlite:PATH or memory:"
}

extension RegistryURL: CustomStringConvertible {
    /// The URL's text.
    public var description: String {
        switch self {
        case .memory: "memory:"
        case .sqlite(let path): "sqlite:\(path)"
        }
    }
}
