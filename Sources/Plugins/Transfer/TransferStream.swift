internal import DNSWire

/// The messages of a zone transfer, made as the client takes them (RFC 5936 §2.2).
///
/// `@unchecked Sendable`: restated from ``MessageStream``: used by one thread at a time.
final class TransferStream: MessageStream, @unchecked Sendable {
    private let contents: ZoneContents
    private let header: Header
    private let question: Question
    /// Records that are not sent yet.
    private var waiting: [ResourceRecord]
    private var position = 0
    /// Whether the last record of all is among those that wait.
    private var isComplete: Bool
    /// Records that were sent.
    private(set) var recordCount = 0
    private let done: (Int) -> Void

    /// Begins a transfer.
    ///
    /// - Parameters:
    ///   - contents: The zone.
    ///   - id: The query's identifier.
    ///   - question: The query's question.
    ///   - isUpToDate: Whether the client has this serial number already, so that the SOA record
    ///     is all it gets (RFC 1995 §2).
    ///   - done: Takes the number of records that were sent, once all were.
    init(
        _ contents: ZoneContents,
        id: UInt16,
        question: Question,
        isUpToDate: Bool,
        done: @escaping (Int) -> Void
    ) {
        self.contents = contents
        self.question = question
        self.done = done
        waiting = [contents.start]
        isComplete = isUpToDate
        var header = Header(id: id)
        header.isResponse = true
        header.isAuthoritative = true
        self.header = header
    }

    /// Whether all messages were taken.
    var isAtEnd: Bool { isComplete && position == waiting.count }

    override func next() -> [UInt8]? {
        var message = Message(header: header, questions: [question])
        var octets = 0
        while let record = peek() {
            let count = record.octetCountMax
            guard message.answers.isEmpty || octets + count <= Limits.transferMessageOctets else {
                break
            }
            message.answers.append(record)
            octets += count
            position += 1
        }
        guard !message.answers.isEmpty else { return nil }
        recordCount += message.answers.count
        if isAtEnd { done(recordCount) }
        return try? message.encoded()
    }

    /// The next record, which stays where it is; nil behind the last one.
    private func peek() -> ResourceRecord? {
        while position == waiting.count, !isComplete {
            position = 0
            if let more = contents.next() {
                waiting = more
            } else {
                waiting = [contents.start]
                isComplete = true
            }
        }
        return position < waiting.count ? waiting[position] : nil
    }
}

extension ResourceRecord {
    /// The octets of the record without compression; those of one that can't be written are 0.
    fileprivate var octetCountMax: Int { (try? uncompressedOctets().count) ?? 0 }
}
