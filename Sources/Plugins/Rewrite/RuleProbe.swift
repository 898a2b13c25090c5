internal import DNSWire
internal import Expressions
internal import Glibc

/// Tells quickly whether a rule may be for a query, in the packet path.
///
/// Names are compared in wire form, as they are: nothing is allocated or counted. A probe may say
/// yes where the rule then says no, never the other way around.
///
/// `@unchecked Sendable`: the memory is written in `init` only and freed in `deinit`.
@safe
final class RuleProbe: @unchecked Sendable {
    private enum Kind {
        case always
        case never
        case type(UInt16)
        case recordClass(UInt16)
        case option(UInt16)
        case exact
        case prefix
        case tail
        case substring
        case regex(Pattern)
    }

    private let kind: Kind
    private let octets: UnsafeMutableRawBufferPointer

    /// Whether the name's text is needed.
    var needsText: Bool {
        switch kind {
        case .substring, .regex: true
        default: false
        }
    }

    /// Makes the probe of a rule.
    init(_ rule: RewriteRule) {
        let (kind, octets) = RuleProbe.kind(rule)
        self.kind = kind
        unsafe self.octets = .allocate(byteCount: octets.count, alignment: 8)
        unsafe self.octets.copyBytes(from: octets)
    }

    deinit {
        unsafe octets.deallocate()
    }

    private static func kind(_ rule: RewriteRule) -> (Kind, [UInt8]) {
        switch rule {
        case .name(let rule): return kind(rule.replacement.condition)
        case .timeToLive(let condition, _), .responseCode(let condition, _, _):
            return kind(condition)
        case .type(let from, _): return (.type(from.rawValue), [])
        case .recordClass(let from, _): return (.recordClass(from.rawValue), [])
        case .edns(let rule):
            let needsOption = rule.action == .replace || rule.action == .unset
            return (needsOption ? .option(rule.code.rawValue) : .always, [])
        // Aliases are looked for in replies.
        case .alias: return (.never, [])
        }
    }

    private static func kind(_ condition: NameCondition) -> (Kind, [UInt8]) {
        switch condition {
        case .exact(let text): return Name(text).map { (.exact, $0.octets) } ?? (.never, [])
        case .prefix("."): return (.exact, [0])
        case .prefix(let text):
            return Name(text).map { (.prefix, $0.octets.dropLast()) } ?? (.never, [])
        case .suffix("."): return (.always, [])
        case .suffix(let text):
            // The length of a first label that may be the end of a longer one isn't compared.
            if text.hasPrefix(".") {
                return Name(String(text.dropFirst())).map { (.tail, $0.octets) } ?? (.never, [])
            }
            return Name(text).map { (.tail, Array($0.octets.dropFirst())) } ?? (.never, [])
        case .substring(let text): return (.substring, Array(text.utf8))
        case .regex(let pattern): return (.regex(pattern), [])
        }
    }

    /// Whether the rule may be for a query, whose name's text is lent if a probe needs it.
    ///
    /// A pattern that takes too long says yes: the rule then tells what is wrong.
    func mayHold(
        _ query: QueryView,
        _ scratch: QueryScratch,
        _ request: UnsafeRawBufferPointer,
        _ text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        let count = query.nameOctetCount
        switch kind {
        case .always: return true
        case .never: return false
        case .type(let type): return query.type == type
        case .recordClass(let recordClass): return query.recordClass == recordClass
        case .option(let code): return unsafe query.hasEDNS && query.hasOption(code, in: request)
        case .exact: return count == octetCount && isSame(scratch, at: 0)
        case .prefix: return count > octetCount && isSame(scratch, at: 0)
        case .tail: return count > octetCount && isSame(scratch, at: count - octetCount)
        case .substring:
            return unsafe isPart(of: text)
        case .regex(let pattern):
            return (try? unsafe pattern.matches(text.span)) ?? true
        }
    }

    private var octetCount: Int { unsafe octets.count }

    /// Whether the octets occur in a text.
    private func isPart(of text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = text.baseAddress, let part = unsafe octets.baseAddress,
            octetCount <= text.count
        else { return false }
        for offset in 0...(text.count - octetCount) {
            // SAFETY: offset + octetCount <= text.count.
            if unsafe memcmp(base + offset, part, octetCount) == 0 { return true }
        }
        return false
    }

    private func isSame(_ scratch: QueryScratch, at offset: Int) -> Bool {
        guard let base = unsafe octets.baseAddress else { return true }
        // SAFETY: the name has at least offset + octets.count octets in the scratch memory.
        return unsafe memcmp(scratch.name + offset, base, octets.count) == 0
    }
}

extension QueryView {
    /// Whether the query, in its packet, has an option in its OPT record.
    func hasOption(_ code: UInt16, in request: UnsafeRawBufferPointer) -> Bool {
        var records = unsafe PacketRecords(request, from: questionEnd)
        while let record = records.next() {
            guard record.type == RecordType.opt.rawValue else { continue }
            var offset = record.fields + 10
            while offset + 4 <= record.end {
                // SAFETY: the record ends inside of the packet.
                let (found, count) = unsafe (
                    UInt16(request[offset]) << 8 | UInt16(request[offset + 1]),
                    Int(request[offset + 2]) << 8 | Int(request[offset + 3])
                )
                if found == code { return true }
                offset += 4 + count
            }
        }
        return false
    }
}

extension Transaction {
    /// Whether the answer that was written has an alias in it.
    var hasAliasInAnswer: Bool {
        guard response.answerCount > 0 else { return false }
        // SAFETY: the reply's first `position` octets are written.
        let packet = unsafe UnsafeRawBufferPointer(start: response.base, count: response.position)
        var records = unsafe PacketRecords(packet, from: query.questionEnd)
        for _ in 0..<response.answerCount {
            guard let record = records.next() else { return false }
            if record.type == RecordType.cname.rawValue { return true }
        }
        return false
    }
}
