import OrderedCollections

/// A condition on fields of an object: `metadata.name=web,status.phase!=Running`.
public struct FieldSelector: Sendable, Hashable {
    /// One condition on one field.
    public struct Requirement: Sendable, Hashable {
        /// The field's path.
        public var field: String
        /// The value it is compared with.
        public var value: String
        /// Whether the values must be equal, or must not.
        public var isEqual: Bool

        /// Creates a requirement.
        public init(field: String, value: String, isEqual: Bool) {
            self.field = field
            self.value = value
            self.isEqual = isEqual
        }
    }

    /// The requirements; all must hold.
    public var requirements: [Requirement]

    /// Whether there is no requirement.
    public var isEmpty: Bool { requirements.isEmpty }

    /// Creates a selector.
    public init(_ requirements: [Requirement] = []) { self.requirements = requirements }

    /// Reads a selector for objects of a kind; an empty text matches everything.
    ///
    /// - Throws: ``SelectorError`` for a text that is no selector and for a field that the kind
    ///   can't be selected by.
    public init(parsing text: String, for kind: Kind) throws(SelectorError) {
        guard text.utf8.count <= Limits.expressionOctetsMax else {
            throw SelectorError("the selector is longer than \(Limits.expressionOctetsMax) octets")
        }
        requirements = []
        for term in FieldSelector.terms(text) where !term.isEmpty {
            let requirement = try FieldSelector.requirement(term)
            guard kind.selectableFields.contains(requirement.field) else {
                throw SelectorError("field label not supported: \(requirement.field)")
            }
            requirements.append(requirement)
        }
    }

    /// Tells whether all requirements hold for an object.
    public func matches(_ object: APIObject) -> Bool {
        requirements.allSatisfy { requirement in
            (FieldSelector.value(of: requirement.field, in: object) == requirement.value)
                == requirement.isEqual
        }
    }

    /// Splits at commas that no backslash protects.
    private static func terms(_ text: String) -> [Substring] {
        var terms: [Substring] = []
        var start = text.startIndex
        var isEscaped = false
        for index in text.indices {
            if isEscaped {
                isEscaped = false
            } else if text[index] == "\\" {
                isEscaped = true
            } else if text[index] == "," {
                terms.append(text[start..<index])
                start = text.index(after: index)
            }
        }
        terms.append(text[start...])
        return terms
    }

    private static func requirement(_ term: Substring) throws(SelectorError) -> Requirement {
        for (sign, isEqual) in [("!=", false), ("==", true), ("=", true)] {
            guard let range = term.firstRange(of: sign) else { continue }
            // An earlier "=" is the sign: "a=b!=c" compares with "b!=c".
            if sign != "=", let first = term.firstIndex(of: "="), first < range.lowerBound {
                continue
            }
            return Requirement(
                field: String(term[..<range.lowerBound].drop { $0 == " " }),
                value: try unescaped(term[range.upperBound...]),
                isEqual: isEqual
            )
        }
        throw SelectorError("invalid selector: '\(term)'; can't understand '\(term)'")
    }

    /// Takes the backslashes before commas, equal signs and backslashes away.
    private static func unescaped(_ text: Substring) throws(SelectorError) -> String {
        var value = ""
        var isEscaped = false
        for character in text {
            if isEscaped {
                guard [",", "=", "\\"].contains(character) else {
                    throw SelectorError(
                        "invalid field selector: invalid escape sequence: \\\(character)"
                    )
                }
                value.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "=" {
                throw SelectorError("invalid field selector: unescaped '=' in value: \(text)")
            } else {
                value.append(character)
            }
        }
        guard !isEscaped else {
            throw SelectorError("invalid field selector: invalid escape sequence: \\")
        }
        return value
    }

    private static func value(of field: String, in object: APIObject) -> String {
        switch field {
        case "metadata.name": return object.key.name
        case "metadata.namespace": return object.key.namespace
        default: break
        }
        switch object.fields.value(at: field.split(separator: ".").map(String.init)) {
        case .string(let text)?: return text
        case .bool(let flag)?: return flag ? "true" : "false"
        case .integer(let number)?: return String(number)
        default: return field == "spec.hostNetwork" || field == "spec.unschedulable" ? "false" : ""
        }
    }
}

extension Kind {
    /// The fields that objects of the kind can be selected by.
    public var selectableFields: [String] {
        let common = isNamespaced ? ["metadata.name", "metadata.namespace"] : ["metadata.name"]
        return switch self {
        case .pod:
            common + [
                "spec.nodeName", "spec.restartPolicy", "spec.schedulerName",
                "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP",
                "status.nominatedNodeName",
            ]
        case .service: common + ["spec.clusterIP", "spec.type"]
        case .node: common + ["spec.unschedulable"]
        case .namespace: common + ["status.phase"]
        default: common
        }
    }
}
