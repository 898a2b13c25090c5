/// Why octets could not be read as, or a value could not be written in, the wire format.
///
/// It carries nothing: a server can only drop such a message, or answer FORMERR.
public enum WireError: Error, Equatable, Sendable {
    /// The octets end before the value does.
    case truncated
    /// A length octet starts with `01` or `10`, which no standard defines (RFC 6891 §5).
    case badLabelType
    /// A compression pointer does not point backwards.
    case badPointer
    /// A compression pointer stands where compression is not allowed.
    case unexpectedPointer
    /// A name has more than 255 octets.
    case nameTooLong
    /// The octets of record data do not fit its type or its length.
    case badRecordData
    /// Octets follow the last record that the header announces.
    case trailingOctets
    /// The header announces more records than the message can hold.
    case countTooLarge
    /// A second OPT record, or one outside the additional section (RFC 6891 §6.1.1).
    case misplacedOption
    /// A value needs more octets than its field can have.
    case tooLarge
    /// The message needs more octets than it may have.
    case noRoom
}

extension WireError: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .truncated: "the message ends too early"
        case .badLabelType: "a label has an undefined type"
        case .badPointer: "a compression pointer does not point backwards"
        case .unexpectedPointer: "a name is compressed where it must not be"
        case .nameTooLong: "a name is longer than 255 octets"
        case .badRecordData: "record data does not fit its type"
        case .trailingOctets: "octets follow the last record"
        case .countTooLarge: "the header counts more records than the message can hold"
        case .misplacedOption: "an OPT record stands where it must not"
        case .tooLarge: "a value is too large for its field"
        case .noRoom: "the message is longer than it may be"
        }
    }
}
