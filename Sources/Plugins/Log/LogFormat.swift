internal import DNSWire

/// A format of `log`, taken apart when it is set up.
///
/// Writing a line reads the query and its reply in place: nothing is allocated, unless plugins told
/// something that the format asks for.
///
/// `@unchecked Sendable`: the memory is written in `init` only and freed in `deinit`.
@safe
final class LogFormat: @unchecked Sendable {
    /// The octets of a line that is built on the stack; longer ones are built once more.
    private static let lineOctets = 1_024

    private enum Step {
        case literal(Range<Int>)
        case token(LogToken)
        case metadata(Int)
    }

    private let steps: PlainArray<Step>
    private let literals: UnsafeMutableRawBufferPointer
    private let labels: [String]

    /// Lays out a format; each line begins with `prefix`.
    init(_ pieces: [LogPiece], prefix: String = "[INFO] ") {
        var steps: [Step] = []
        var octets: [UInt8] = []
        var labels: [String] = []
        for piece in [.literal(prefix)] + pieces {
            switch piece {
            case .literal(let text):
                let start = octets.count
                octets += text.utf8.map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: " ") : $0 }
                steps.append(.literal(start..<octets.count))
            case .token(let token): steps.append(.token(token))
            case .metadata(let label):
                steps.append(.metadata(labels.count))
                labels.append(label)
            }
        }
        self.steps = PlainArray(steps)
        self.labels = labels
        unsafe literals = .allocate(byteCount: octets.count, alignment: 8)
        unsafe literals.copyBytes(from: octets)
    }

    deinit {
        unsafe literals.deallocate()
    }

    /// Writes the line of a query.
    func write(
        _ transaction: borrowing Transaction,
        _ outcome: LogOutcome,
        to log: LogSink
    ) {
        let isWhole = unsafe withUnsafeTemporaryAllocation(
            of: UInt8.self,
            capacity: LogFormat.lineOctets
        ) { memory in
            var line = unsafe TextLine(memory)
            build(&line, transaction, outcome)
            guard !line.isCut else { return false }
            unsafe log.write(octets: line.octets)
            return true
        }
        if isWhole { return }
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: Limits.logLineOctetsMax)
        var line = unsafe TextLine(memory)
        build(&line, transaction, outcome)
        unsafe log.write(octets: line.octets)
        unsafe memory.deallocate()
    }

    private func build(
        _ line: inout TextLine,
        _ transaction: borrowing Transaction,
        _ outcome: LogOutcome
    ) {
        for index in 0..<steps.count {
            switch steps[index] {
            case .literal(let range):
                // SAFETY: the ranges are those of the octets copied in `init`.
                unsafe line.append(UnsafeRawBufferPointer(rebasing: literals[range]))
            case .token(let token): write(token, &line, transaction, outcome)
            case .metadata(let index): write(transaction.metadata[labels[index]], &line)
            }
        }
    }

    /// Writes what a plugin told; control characters in it can't break the line.
    private func write(_ value: String?, _ line: inout TextLine) {
        guard let value, !value.isEmpty else {
            line.append(UInt8(ascii: "-"))
            return
        }
        for octet in value.utf8 { line.append(octet < 0x20 ? UInt8(ascii: " ") : octet) }
    }

    private func write(
        _ token: LogToken,
        _ line: inout TextLine,
        _ transaction: borrowing Transaction,
        _ outcome: LogOutcome
    ) {
        let query = transaction.query
        switch token {
        case .type: CodeNames.types.append(query.type, to: &line)
        case .recordClass: CodeNames.classes.append(query.recordClass, to: &line)
        case .name:
            // SAFETY: the scratch memory holds the query's name in wire form.
            unsafe line.append(name: transaction.scratch.name, octetCount: query.nameOctetCount)
        case .transport: line.append(transaction.transport == .udp ? "udp" : "tcp")
        case .size: line.append(decimal: UInt64(transaction.requestOctetCount))
        case .remote: line.append(transaction.client.address, inBrackets: true)
        case .port: line.append(decimal: UInt64(transaction.client.port))
        case .local: line.append(transaction.local.address, inBrackets: true)
        case .responseCode: outcome.writeCode(&line)
        case .responseSize: line.append(decimal: outcome.size)
        case .duration:
            let now = MonotonicClock.nanoseconds
            line.append(secondsOf: now > transaction.start ? now - transaction.start : 0)
            line.append(UInt8(ascii: "s"))
        case .id: line.append(decimal: UInt64(query.id))
        case .opcode: line.append(decimal: UInt64(query.opcode))
        case .dnssecOK: line.append(query.dnssecOK ? "true" : "false")
        case .payload: line.append(decimal: UInt64(transaction.clientPayloadOctets))
        case .flags: outcome.writeFlags(query, transaction.response, &line)
        }
    }
}
