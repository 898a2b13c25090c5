import OrderedCollections

/// One thing that is wrong with one field of an object, as the API server reports it.
///
/// The texts are those of apimachinery's `util/validation/field`, so that scripts and people that
/// know them need not learn others.
public struct FieldError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of mistake; the raw value is the `reason` of a cause in an API `Status`.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// A field that must be there is missing.
        case required = "FieldValueRequired"
        /// A value breaks a rule.
        case invalid = "FieldValueInvalid"
        /// A value is none of the known ones.
        case notSupported = "FieldValueNotSupported"
        /// A value that must be unique is there twice.
        case duplicate = "FieldValueDuplicate"
        /// A field must not be set here.
        case forbidden = "FieldValueForbidden"
        /// A text or list is too long.
        case tooLong = "FieldValueTooLong"
        /// A list has too many elements.
        case tooMany = "FieldValueTooMany"
        /// Something the field refers to does not exist.
        case notFound = "FieldValueNotFound"
        /// A value has the wrong JSON type.
        case typeInvalid = "FieldValueTypeInvalid"

        /// The words that begin a message.
        public var title: String {
            switch self {
            case .required: "Required value"
            case .invalid, .typeInvalid: "Invalid value"
            case .notSupported: "Unsupported value"
            case .duplicate: "Duplicate value"
            case .forbidden: "Forbidden"
            case .tooLong: "Too long"
            case .tooMany: "Too many"
            case .notFound: "Not found"
            }
        }
    }

    /// The kind of mistake.
    public var reason: Reason
    /// The path of the field, like `spec.ports[0].port`.
    public var field: String
    /// The offending value, if it is shown.
    public var badValue: Value?
    /// What the rule is.
    public var detail: String

    /// Creates an error.
    public init(_ reason: Reason, field: String, badValue: Value? = nil, detail: String = "") {
        self.reason = reason
        self.field = field
        self.badValue = badValue
        self.detail = detail
    }

    /// The message without the field: `Invalid value: 0: must be between 1 and 65535, inclusive`.
    public var body: String {
        var text = reason.title
        switch reason {
        case .required, .forbidden, .tooLong: break
        default:
            if let badValue { text += ": " + FieldError.shown(badValue) }
        }
        return detail.isEmpty ? text : "\(text): \(detail)"
    }

    /// The message with the field, as the API server writes it.
    public var description: String { field.isEmpty ? body : "\(field): \(body)" }

    /// A value as messages show it, cut if it is very long.
    private static func shown(_ value: Value) -> String {
        let text: String
        switch value {
        case .string(let string):
            // Cut before quoting: a megabyte of text isn't worth escaping to be thrown away.
            let head = string.prefix(Limits.shownValueCharactersMax)
            return JSONWriter.quoted(String(head)) + (head.endIndex < string.endIndex ? "…" : "")
        default: text = JSONWriter.compact(value)
        }
        let head = text.prefix(Limits.shownValueCharactersMax)
        return String(head) + (head.endIndex < text.endIndex ? "…" : "")
    }
}
