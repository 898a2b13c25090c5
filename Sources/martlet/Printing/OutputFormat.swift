import ArgumentParser
import KubernetesModel

/// What `-o` asks for.
enum OutputFormat: Equatable {
    /// A table.
    case table(isWide: Bool)
    /// YAML.
    case yaml
    /// JSON.
    case json
    /// `KIND/NAME` lines.
    case name
    /// A template.
    case jsonPath(String)
}

extension OutputFormat: ExpressibleByArgument {
    init?(argument: String) {
        switch argument {
        case "wide": self = .table(isWide: true)
        case "yaml": self = .yaml
        case "json": self = .json
        case "name": self = .name
        default:
            guard argument.hasPrefix("jsonpath=") else { return nil }
            self = .jsonPath(String(argument.dropFirst("jsonpath=".count)))
        }
    }

    static var allValueStrings: [String] { ["wide", "yaml", "json", "name", "jsonpath="] }
}

/// Objects as text in a machine's format.
enum ObjectText {
    /// The text of one object, or of a list.
    ///
    /// - Parameters:
    ///   - objects: The objects.
    ///   - isSingle: Whether one object was named, which is printed without a list around it.
    ///   - format: The format, which is not a table.
    /// - Throws: ``Failure`` if a template cannot be read or used.
    /// - Returns: The text.
    static func text(
        _ objects: [APIObject],
        isSingle: Bool,
        _ format: OutputFormat
    ) throws(Failure) -> String {
        let value: Value
        if isSingle, let only = objects.first, objects.count == 1 {
            value = .object(only.fields)
        } else {
            value = [
                "apiVersion": "v1", "items": .array(objects.map { .object($0.fields) }),
                "kind": "List", "metadata": ["resourceVersion": ""],
            ]
        }
        switch format {
        case .yaml: return YAMLWriter.write(value)
        case .json:
            let text = JSONWriter.pretty(value)
            return text.hasSuffix("\n") ? text : text + "\n"
        case .name, .table:
            return objects.map { "\($0.key.kind.qualifiedSingular)/\($0.key.name)\n" }.joined()
        case .jsonPath(let template):
            do throws(JSONPathError) {
                return try JSONPathTemplate(parsing: template).text(for: value)
            } catch {
                throw Failure("error parsing jsonpath \(template), \(error)", status: .usage)
            }
        }
    }
}
