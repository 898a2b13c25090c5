public import DNSWire

extension Transaction {
    /// The complete query, as values.
    ///
    /// Allocates: for plugins outside of the packet path only.
    public var requestMessage: Message? {
        try? Message(decoding: requestOctets)
    }

    /// The reply as it stands, as values.
    ///
    /// Allocates: for plugins outside of the packet path only.
    public var replyMessage: Message? {
        try? Message(decoding: response.octets(answering: query))
    }

    /// Writes a reply made of values, in place of whatever was written.
    ///
    /// Its identifier and question are not used: a reply repeats those of the query.
    /// Records that do not fit are left out from the end, and TC is set.
    public mutating func write(_ message: Message) {
        response.reset(to: query)
        response.responseCode = message.header.responseCode.rawValue
        response.isAuthoritative = message.header.isAuthoritative
        response.recursionAvailable = message.header.isRecursionAvailable
        response.isAuthenticated = message.header.isAuthenticData
        response.isTruncated = message.header.isTruncated
        let name = questionName
        let sections: [(ResponseWriter.Section, [ResourceRecord])] = [
            (.answer, message.answers), (.authority, message.authorities),
            (.additional, message.additionals),
        ]
        for (section, records) in sections {
            for record in records {
                guard response.append(record, to: section, question: name) else {
                    response.isTruncated = true
                    return
                }
            }
        }
    }

    /// Writes a reply in wire form to the query's own question, in place of whatever was written.
    ///
    /// - Returns: False, with nothing written, if the octets are no such reply.
    public mutating func write(reply octets: UnsafeRawBufferPointer) -> Bool {
        response.reset(to: query)
        if unsafe response.adopt(octets, answering: query) { return true }
        // Its records can't be copied as they are: their names point at another question.
        guard let message = unsafe try? Message(decoding: octets) else { return false }
        write(message)
        return true
    }
}
