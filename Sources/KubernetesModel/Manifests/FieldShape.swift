import OrderedCollections

/// Which fields an object has, as far as they are checked.
indirect enum FieldShape: Sendable {
    /// Anything; what is inside is not checked.
    case any
    /// A mapping with these fields and no others.
    case fields([String: FieldShape])
    /// A list.
    case list(FieldShape)

    /// A mapping with these fields, whose contents are not checked.
    static func names(_ list: String, _ known: [String: FieldShape] = [:]) -> FieldShape {
        var fields = known
        for name in list.split(whereSeparator: \.isWhitespace) where fields[String(name)] == nil {
            fields[String(name)] = .any
        }
        return .fields(fields)
    }

    /// Collects the paths of fields that the shape doesn't have.
    func collectUnknown(_ value: Value, _ path: String, into unknown: inout [UnknownField]) {
        guard unknown.count < Limits.errorsPerObjectMax else { return }
        switch (self, value) {
        case (.fields(let known), .object(let fields)):
            for (name, item) in fields {
                guard let shape = known[name] else {
                    let full = path.isEmpty ? name : "\(path).\(name)"
                    let near = Spelling.nearest(to: name, among: known.keys)
                    unknown.append(UnknownField(path: full, suggestion: near))
                    continue
                }
                if case .any = shape { continue }
                shape.collectUnknown(item, path.isEmpty ? name : "\(path).\(name)", into: &unknown)
            }
        case (.list(let shape), .array(let items)):
            for (index, item) in items.enumerated() {
                shape.collectUnknown(item, "\(path)[\(index)]", into: &unknown)
            }
        default: return
        }
    }
}

/// A field that an object has and its kind doesn't.
public struct UnknownField: Sendable, Hashable, CustomStringConvertible {
    /// The field's path, like `spec.selecter`.
    public var path: String
    /// The name that was probably meant.
    public var suggestion: String?

    /// The message of the API server's strict decoding, and what was probably meant.
    public var description: String {
        let text = "unknown field \"\(path)\""
        return suggestion.map { "\(text); did you mean \"\($0)\"?" } ?? text
    }
}

extension APIObject {
    /// Lists the fields that the object has and its kind doesn't, as `--validate=strict` does.
    ///
    /// Pod specs are checked down to the fields of their containers; what is deeper, and every
    /// status but a service's, has no part in discovery and isn't looked at.
    public func unknownFields() -> [UnknownField] {
        var unknown: [UnknownField] = []
        FieldShapes.shape(of: key.kind).collectUnknown(.object(fields), "", into: &unknown)
        return unknown
    }
}
