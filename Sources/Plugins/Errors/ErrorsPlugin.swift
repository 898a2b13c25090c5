internal import DNSWire
internal import Expressions

/// Writes a line for each query that failed here (CoreDNS `errors`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class ErrorsPlugin: Plugin, @unchecked Sendable {
    private let log: LogSink
    private let consolidations: [ErrorConsolidation]

    /// Creates the plugin; the first consolidation whose pattern is in a text counts it.
    init(log: LogSink, consolidations: [ErrorConsolidation] = []) {
        self.log = log
        self.consolidations = consolidations
        super.init(name: "errors")
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        transaction.forgetFailure()
        let disposition = rest.answer(&transaction)
        guard let code = disposition.responseCode, let text = transaction.failure else {
            return disposition
        }
        report(text, code, transaction)
        // What is told is not told again by a block that this query was made for.
        transaction.forgetFailure()
        return disposition
    }

    private func report(_ text: String, _ code: UInt16, _ transaction: borrowing Transaction) {
        var complaint = ""
        for consolidation in consolidations {
            do throws(PatternFailure) {
                guard try consolidation.pattern.matches(text) else { continue }
            } catch {
                complaint = " (consolidate '\(consolidation.pattern.source)': \(error))"
                continue
            }
            switch consolidation.count() {
            case .counted: return
            case .first: return write(consolidation.level, text, code, transaction)
            case .stopped: break
            }
            break
        }
        write(.error, text + complaint, code, transaction)
    }

    private func write(
        _ level: LogLevel,
        _ text: String,
        _ code: UInt16,
        _ transaction: borrowing Transaction
    ) {
        guard level != .debug || consolidations.contains(where: \.isDebugging) else { return }
        let type = transaction.questionType
        let line = "plugin/errors: \(code) \(transaction.questionText) \(type): \(text)"
        log.write(level.prefix + OneLine.text(line))
    }

    override func stop() {
        for consolidation in consolidations { consolidation.stop() }
    }
}

/// How much a line matters.
enum LogLevel: String, Sendable, CaseIterable {
    case warning
    case error
    case info
    case debug

    /// What a line of the level begins with.
    var prefix: String { "[\(rawValue.uppercased())] " }
}

/// Keeps a text that others had a hand in on one line.
enum OneLine {
    /// The text with spaces in place of control characters.
    static func text(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 }) else { return text }
        return String(decoding: text.utf8.map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
    }
}
