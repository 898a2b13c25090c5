internal import DNSWire

extension Transaction {
    /// The octets of a reply that the client can take, as CoreDNS' `request.Size` counts them.
    var clientPayloadOctets: UInt16 {
        if transport != .udp { return UInt16.max }
        return query.hasEDNS ? query.udpPayloadOctets : 512
    }

    /// The question's name in lower case, as presentation text with a final dot.
    ///
    /// Allocates: for plugins outside of the packet path only.
    var questionText: String {
        unsafe withQuestionText { text in
            // SAFETY: the text is copied before its memory is given back.
            unsafe String(decoding: text, as: UTF8.self)
        }
    }

    /// Lends the question's name in lower case, as presentation text with a final dot, without
    /// allocating.
    func withQuestionText<Result, Failure>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let octetCount = query.nameOctetCount
        let scratch = scratch
        var outcome: Swift.Result<Result, Failure>?
        unsafe withUnsafeTemporaryAllocation(
            of: UInt8.self,
            capacity: TextLine.nameOctetsMax
        ) { memory in
            var line = unsafe TextLine(memory)
            unsafe line.append(name: scratch.name, octetCount: octetCount)
            // SAFETY: the line has written `count` octets of the memory.
            let text = unsafe UnsafeBufferPointer(rebasing: memory[..<line.count])
            do throws(Failure) {
                outcome = .success(try unsafe body(text))
            } catch {
                outcome = .failure(error)
            }
        }
        guard let outcome else { preconditionFailure("the closure runs once") }
        return try outcome.get()
    }
}
