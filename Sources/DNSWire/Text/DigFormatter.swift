/// Prints messages the way `dig` 9.18 does, which everybody can read.
public struct DigFormatter: Sendable {
    /// What is known of an exchange besides the reply itself.
    public struct Exchange: Equatable, Sendable {
        /// How long the reply took, in milliseconds.
        public var milliseconds: Int
        /// The server, as in `127.0.0.1#53(127.0.0.1)`.
        public var server: String
        /// `UDP`, `TCP`, `TLS` or `HTTPS`.
        public var transport: String
        /// When the reply came, as in `Sun Nov 22 12:00:00 UTC 2026`.
        public var moment: String
        /// The reply's octets.
        public var octetCount: Int

        /// Describes an exchange.
        public init(
            milliseconds: Int,
            server: String,
            transport: String,
            moment: String,
            octetCount: Int
        ) {
            self.milliseconds = milliseconds
            self.server = server
            self.transport = transport
            self.moment = moment
            self.octetCount = octetCount
        }
    }

    /// Creates a formatter.
    public init() {}

    /// Returns the message and, if it is given, the exchange below it.
    public func text(_ message: Message, exchange: Exchange? = nil) -> String {
        var text = ";; Got answer:\n" + headerText(message) + "\n"
        if let edns = message.edns { text += ednsText(edns) }
        let isUpdate = message.header.opcode == .update
        if !message.questions.isEmpty {
            text += ";; \(isUpdate ? "ZONE" : "QUESTION") SECTION:\n"
            for question in message.questions { text += line(question) }
            text += "\n"
        }
        let sections = [
            (isUpdate ? "PREREQUISITE" : "ANSWER", message.answers),
            (isUpdate ? "UPDATE" : "AUTHORITY", message.authorities),
            ("ADDITIONAL", message.additionals),
        ]
        for (title, records) in sections where !records.isEmpty {
            text += ";; \(title) SECTION:\n" + records.map(line).joined() + "\n"
        }
        return text + (exchange.map(exchangeText) ?? "")
    }

    /// Returns the data of the answer section, a line for each record, as `dig +short` prints.
    public func shortText(_ message: Message) -> String {
        message.answers.map { "\(dataText($0.data))\n" }.joined()
    }

    private func headerText(_ message: Message) -> String {
        let header = message.header
        let flags: [(Bool, String)] = [
            (header.isResponse, "qr"), (header.isAuthoritative, "aa"), (header.isTruncated, "tc"),
            (header.isRecursionDesired, "rd"), (header.isRecursionAvailable, "ra"),
            (header.isAuthenticData, "ad"), (header.isCheckingDisabled, "cd"),
        ]
        let isUpdate = header.opcode == .update
        let counts = [
            (isUpdate ? "ZONE" : "QUERY", message.questions.count),
            (isUpdate ? "PREREQ" : "ANSWER", message.answers.count),
            (isUpdate ? "UPDATE" : "AUTHORITY", message.authorities.count),
            ("ADDITIONAL", message.additionals.count + (message.edns == nil ? 0 : 1)),
        ]
        var text = ";; ->>HEADER<<- opcode: \(opcodeText(header.opcode)), "
        text += "status: \(statusText(header.responseCode)), id: \(header.id)\n;; flags:"
        text += flags.filter(\.0).map { " \($0.1)" }.joined()
        if header.hasReservedBit { text += "; MBZ: 0x4" }
        text += "; " + counts.map { "\($0.0): \($0.1)" }.joined(separator: ", ") + "\n"
        if header.isRecursionDesired, header.isResponse, !header.isRecursionAvailable {
            text += ";; WARNING: recursion requested but not available\n"
        }
        return text
    }

    private func opcodeText(_ opcode: Opcode) -> String {
        let isKnown = [.query, .inverseQuery, .status, .notify, .update].contains(opcode)
        return isKnown ? opcode.description : "RESERVED\(opcode.rawValue)"
    }

    private func statusText(_ code: ResponseCode) -> String {
        switch code.rawValue {
        case 0...10, 16, 23: code.description
        case 11...15: "RESERVED\(code.rawValue)"
        default: "?\(code.rawValue)"
        }
    }

    private func exchangeText(_ exchange: Exchange) -> String {
        """
        ;; Query time: \(exchange.milliseconds) msec
        ;; SERVER: \(exchange.server) (\(exchange.transport))
        ;; WHEN: \(exchange.moment)
        ;; MSG SIZE  rcvd: \(exchange.octetCount)

        """
    }
}

// Lines in columns.
extension DigFormatter {
    private func line(_ question: Question) -> String {
        var columns = Columns()
        columns.append("\(question.name)")
        columns.append("\(question.recordClass)", at: 32)
        columns.append("\(question.type)", at: 40)
        return ";\(columns.text)\n"
    }

    private func line(_ record: ResourceRecord) -> String {
        var columns = Columns()
        columns.append("\(record.name)")
        columns.append("\(record.timeToLive)", at: 24)
        columns.append("\(record.recordClass)", at: 32)
        columns.append("\(record.type)", at: 40)
        columns.append(dataText(record.data), at: 48)
        return "\(columns.text)\n"
    }

    /// The data with long hexadecimal and base 64 cut into pieces of 56 digits.
    private func dataText(_ data: RecordData) -> String {
        let text = data.description
        switch data {
        case .ds, .dnskey, .rrsig, .tlsa, .unknown:
            guard let space = text.lastIndex(of: " ") else { return text }
            let digits = Array(text[text.index(after: space)...])
            let pieces = stride(from: 0, to: digits.count, by: 56)
                .map { String(digits[$0..<min($0 + 56, digits.count)]) }
            return text[..<space] + " " + pieces.joined(separator: " ")
        default:
            return text
        }
    }

    /// Text whose parts start at columns, reached by tabs of eight and then spaces.
    private struct Columns {
        private(set) var text = ""
        private var column = 0

        /// Appends `part`, at a column if one is given; one space after what is before, at least.
        mutating func append(_ part: String, at target: Int? = nil) {
            if let target {
                let target = max(target, column + 1)
                let tabs = target / 8 - column / 8
                text += String(repeating: "\t", count: tabs)
                let start = tabs > 0 ? target / 8 * 8 : column
                text += String(repeating: " ", count: target - start)
                column = target
            }
            text += part
            column += part.utf8.count
        }
    }
}
