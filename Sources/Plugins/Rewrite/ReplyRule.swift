internal import DNSWire
internal import Expressions

/// What is done to the reply of a query that was rewritten.
enum ReplyRule: Sendable {
    /// Replaces the owners of records.
    case owners(NameReplacement)
    /// Replaces the names that records point at.
    case values(NameReplacement)
    /// Keeps times to live within bounds.
    case timeToLive(ClosedRange<UInt32>)
    /// Replaces the response code.
    case responseCode(from: ResponseCode, to: ResponseCode)
    /// Replaces the target of an alias, and what was found there.
    case alias(NameReplacement)

    /// Applies the rule to a reply; ``alias`` needs another query and is applied elsewhere.
    func apply(to message: inout Message) throws(PatternFailure) {
        if case .responseCode(let from, let to) = self, message.header.responseCode == from {
            message.header.responseCode = to
        }
        try apply(to: &message.answers)
        try apply(to: &message.authorities)
        try apply(to: &message.additionals)
    }

    private func apply(to records: inout [ResourceRecord]) throws(PatternFailure) {
        for index in records.indices {
            switch self {
            case .owners(let replacement):
                records[index].name = try replacement.replaced(records[index].name)
            case .values(let replacement):
                records[index].data = try records[index].data.replacingNames(replacement)
            case .timeToLive(let bounds):
                let time = records[index].timeToLive
                records[index].timeToLive = min(max(time, bounds.lowerBound), bounds.upperBound)
            case .responseCode, .alias: return
            }
        }
    }
}

extension RecordData {
    /// The data with the name that it points at replaced.
    fileprivate func replacingNames(
        _ replacement: NameReplacement
    ) throws(PatternFailure) -> RecordData {
        switch self {
        case .cname(let name): return .cname(try replacement.replaced(name))
        case .ns(let name): return .ns(try replacement.replaced(name))
        case .ptr(let name): return .ptr(try replacement.replaced(name))
        case .dname(let name): return .dname(try replacement.replaced(name))
        case .soa(var data):
            data.primary = try replacement.replaced(data.primary)
            return .soa(data)
        case .mx(var data):
            data.exchange = try replacement.replaced(data.exchange)
            return .mx(data)
        case .srv(var data):
            data.target = try replacement.replaced(data.target)
            return .srv(data)
        case .naptr(var data):
            data.replacement = try replacement.replaced(data.replacement)
            return .naptr(data)
        default: return self
        }
    }
}
