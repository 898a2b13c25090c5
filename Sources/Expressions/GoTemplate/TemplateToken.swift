/// A word of a template.
struct TemplateToken {
    enum Kind: Equatable {
        case text
        case open
        case close
        case space
        case identifier
        case field
        case variable
        case dot
        case number
        case character
        case string
        case rawString
        case bool
        case null
        case keyword
        case declare
        case assign
        case pipe
        case leftParenthesis
        case rightParenthesis
        /// Some other punctuation, such as a comma.
        case punctuation
        case end
        /// What the lexer found wrong; nothing follows it.
        case mistake
    }

    let kind: Kind
    let text: String
    let offset: Int
    let line: Int

    /// The word as error messages show it.
    var name: String {
        switch kind {
        case .end: return "EOF"
        case .keyword: return "<\(text)>"
        default:
            let scalars = text.unicodeScalars
            guard scalars.count > 10 else { return text.quoted }
            return String(String.UnicodeScalarView(scalars.prefix(10))).quoted + "..."
        }
    }
}
