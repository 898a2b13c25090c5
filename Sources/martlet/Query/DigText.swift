import DNSWire

/// Messages as dig prints them.
enum DigText {
    /// A whole message with its header and sections.
    static func text(_ message: Message) -> String {
        let header = message.header
        var text = """
            ;; Got answer:
            ;; ->>HEADER<<- opcode: \(header.opcode), status: \(header.responseCode), \
            id: \(header.id)
            ;; flags:\(flags(header)); QUERY: \(message.questions.count), \
            ANSWER: \(message.answers.count), AUTHORITY: \(message.authorities.count), \
            ADDITIONAL: \(message.additionals.count + (message.edns == nil ? 0 : 1))
            \n
            """
        if let edns = message.edns { text += pseudoSection(edns) }
        if !message.questions.isEmpty {
            text += ";; QUESTION SECTION:\n"
            for question in message.questions {
                let name = padded(";\(question.name)", 24)
                text += "\(name)\t\(question.recordClass)\t\(question.type)\n"
            }
            text += "\n"
        }
        let sections = [
            ("ANSWER", message.answers), ("AUTHORITY", message.authorities),
            ("ADDITIONAL", message.additionals),
        ]
        for (title, records) in sections where !records.isEmpty {
            text += ";; \(title) SECTION:\n"
            for record in records { text += line(record) }
            text += "\n"
        }
        return text
    }

    /// The data of the answers only, as `dig +short` prints it.
    static func short(_ message: Message) -> String {
        message.answers.map { "\($0.data)\n" }.joined()
    }

    private static func flags(_ header: Header) -> String {
        let all = [
            ("qr", header.isResponse), ("aa", header.isAuthoritative), ("tc", header.isTruncated),
            ("rd", header.isRecursionDesired), ("ra", header.isRecursionAvailable),
            ("ad", header.isAuthenticData), ("cd", header.isCheckingDisabled),
        ]
        return all.filter(\.1).map { " \($0.0)" }.joined()
    }

    private static func pseudoSection(_ edns: EDNS) -> String {
        var text = """
            ;; OPT PSEUDOSECTION:
            ; EDNS: version: \(edns.version), flags:\(edns.isDNSSECOK ? " do" : ""); \
            udp: \(edns.udpPayloadSize)

            """
        for option in edns.options {
            let data = option.data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            text += "; \(option.code): \(data.joined())\n"
        }
        return text
    }

    /// A record; the columns are dig's tab stops.
    private static func line(_ record: ResourceRecord) -> String {
        let name = padded("\(record.name)", 24)
        return "\(name)\(name.hasSuffix("\t") ? "" : " ")\(record.timeToLive)\t"
            + "\(record.recordClass)\t\(record.type)\t\(record.data)\n"
    }

    /// A text followed by the tabs that lead to a column; none if the text is longer.
    private static func padded(_ text: String, _ column: Int) -> String {
        let missing = column - text.utf8.count
        guard missing > 0 else { return text }
        return text + String(repeating: "\t", count: (missing + 7) / 8)
    }
}
