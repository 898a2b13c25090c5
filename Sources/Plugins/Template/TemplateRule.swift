internal import DNSWire
internal import Expressions

/// A directive `template`: for which questions it is, and what it answers.
struct TemplateRule: Sendable {
    /// A record that is made from a text.
    struct Record: Sendable {
        /// The section it belongs to.
        var section: Section
        /// The text, with actions.
        var template: GoTemplate
    }

    /// The sections, by the names of the options.
    enum Section: String, Sendable, CaseIterable {
        case answer
        case additional
        case authority
    }

    /// An extended error (RFC 8914).
    struct ExtendedError: Sendable {
        var code: UInt16
        var text: String
    }

    /// The class; ANY means all.
    var recordClass: RecordClass
    /// The type; ANY means all.
    var type: RecordType
    /// The zones.
    var zones: [Name]
    /// The patterns, one of which must be in the question's name.
    var patterns: [Pattern] = []
    /// What must be true besides.
    var conditions: [Expression] = []
    /// Values that are computed for the templates, by their names.
    var variables: [(name: String, expression: Expression)] = []
    /// The records, in their order.
    var records: [Record] = []
    /// The response code.
    var responseCode = ResponseCode.noError
    /// What goes with the reply to clients that use EDNS.
    var extendedError: ExtendedError?
    /// The zones whose names go on when nothing matches; nil means none do.
    var fallthroughZones: [Name]?
}
