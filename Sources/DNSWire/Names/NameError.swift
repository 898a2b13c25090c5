/// Why text or labels do not make a domain name.
public enum NameError: Error, Equatable, Sendable {
    /// Two dots stand side by side, or one leads.
    case emptyLabel
    /// A label has more than 63 octets.
    case labelTooLong
    /// The name has more than 255 octets.
    case nameTooLong
    /// A backslash ends the text, or is followed by digits that are not three up to 255.
    case badEscape
}

extension NameError: CustomStringConvertible {
    /// What is wrong and what would be right.
    public var description: String {
        switch self {
        case .emptyLabel: "a label is empty; put exactly one dot between labels"
        case .labelTooLong: "a label is longer than 63 octets; shorten it"
        case .nameTooLong: "the name is longer than 255 octets; shorten it"
        case .badEscape: "a backslash must be followed by one character or by 000 to 255"
        }
    }
}
