internal import DNSWire

/// What became of a query, for its line.
struct LogOutcome {
    /// The response code; nil if there is no reply.
    let code: UInt16?
    /// Whether a plugin wrote the reply, not the server.
    let isWritten: Bool
    /// Octets of the reply, the OPT record left out; 0 if there is none.
    let size: UInt64

    /// Looks at what the rest of the chain did.
    init(_ disposition: Disposition, _ transaction: borrowing Transaction) {
        isWritten = disposition == .written
        code = isWritten ? transaction.response.responseCode : disposition.responseCode
        if code == nil {
            size = 0
        } else {
            let octets = isWritten ? transaction.response.position : transaction.query.questionEnd
            size = UInt64(octets)
        }
    }

    /// The kind of the reply (CoreDNS `response.Typify` and `Classify`).
    func responseClass(_ transaction: borrowing Transaction) -> LogClasses {
        guard let code, isWritten else { return .error }
        switch code {
        case 0:
            return transaction.response.answerCount == 0 && hasStart(transaction)
                ? .denial : .success
        case 3: return hasStart(transaction) ? .denial : .error
        default: return .error
        }
    }

    /// Whether the authority section has an SOA record: what tells a denial (RFC 2308 §2).
    private func hasStart(_ transaction: borrowing Transaction) -> Bool {
        let response = transaction.response
        // SAFETY: the reply's first `position` octets are written.
        let packet = unsafe UnsafeRawBufferPointer(start: response.base, count: response.position)
        var records = unsafe PacketRecords(packet, from: transaction.query.questionEnd)
        guard records.skip(Int(response.answerCount)) else { return false }
        for _ in 0..<response.authorityCount {
            guard let record = records.next() else { return false }
            if record.type == RecordType.soa.rawValue { return true }
        }
        return false
    }

    /// Writes the name of the code.
    func writeCode(_ line: inout TextLine) {
        guard let code else {
            line.append(UInt8(ascii: "-"))
            return
        }
        CodeNames.responseCodes.append(code, to: &line)
    }

    /// Writes the flags of the reply, in their order.
    func writeFlags(_ query: QueryView, _ response: ResponseWriter, _ line: inout TextLine) {
        guard code != nil else {
            line.append(UInt8(ascii: "-"))
            return
        }
        line.append("qr")
        if isWritten, response.isAuthoritative { line.append(",aa") }
        if isWritten, response.isTruncated { line.append(",tc") }
        if query.recursionDesired { line.append(",rd") }
        if isWritten, response.recursionAvailable { line.append(",ra") }
        if isWritten, response.isAuthenticated { line.append(",ad") }
        if query.checkingDisabled { line.append(",cd") }
    }
}

/// Kinds of replies.
struct LogClasses: OptionSet, Sendable {
    let rawValue: UInt8

    /// Names and types that exist, and delegations.
    static let success = LogClasses(rawValue: 1)
    /// Names and types that do not exist.
    static let denial = LogClasses(rawValue: 2)
    /// Everything else.
    static let error = LogClasses(rawValue: 4)
    /// Whatever it is.
    static let all = LogClasses(rawValue: 8)

    /// The kinds by the names that they have in a Corefile.
    static let named: KeyValuePairs<String, LogClasses> = [
        "all": .all, "denial": .denial, "error": .error, "success": .success,
    ]
}
