// What the reply says.
extension ReplyScan {
    private static let anyType: UInt16 = 255
    private static let aliasType: UInt16 = 5
    private static let signatureType: UInt16 = 46

    /// Tells what the reply says, or why it can't be cached.
    func classify(for key: CacheKey, wallClock: UInt32) throws(StoreRefusal) -> ReplyClass {
        // IXFR, AXFR (RFC 1995, RFC 5936)
        guard flags >> 11 & 0xF == 0, key.type != 251, key.type != 252 else {
            throw .otherOperation
        }
        guard flags & 0x0200 == 0 else { throw .truncated }
        if key.dnssecOK, !signaturesAreValid(at: wallClock) { throw .signatureNotValid }
        let hasAuthority = records.contains { $0.section == 1 && $0.type == 6 }
        let hasAnswers = records.contains { $0.section == 0 }
        switch UInt16(extendedCode) << 4 | flags & 0xF {
        case 0:
            if hasAnswers {
                if leadsToAnswer(key) { return .answer }
                guard hasAuthority else { throw .unresolvedAlias }
                return .noData
            }
            if hasAuthority { return .noData }
            return records.contains { $0.section == 1 && $0.type == 2 } ? .referral : .answer
        case 3:
            guard !hasAnswers else { throw .nameErrorWithAnswers }
            guard hasAuthority else { throw .nameErrorWithoutAuthority }
            return .nameError
        case 2, 4: return .serverFailure
        default: throw .responseCode
        }
    }

    /// Whether the answers lead from the question, by aliases or none, to the type asked for.
    private func leadsToAnswer(_ key: CacheKey) -> Bool {
        var name = 12
        for _ in 0...CacheLimits.aliasesMax {
            var alias: Record?
            for record in records {
                guard record.section == 0 else { break }
                guard key.recordClass == ReplyScan.anyType || record.recordClass == key.recordClass,
                    isSameName(record.start, name)
                else { continue }
                if record.type == key.type || key.type == ReplyScan.anyType { return true }
                if record.type == ReplyScan.aliasType { alias = record }
            }
            guard let alias else { return false }
            name = alias.data
        }
        return false
    }

    /// Whether all signatures are within their time, in serial arithmetic (RFC 4034 §3.1.5).
    private func signaturesAreValid(at time: UInt32) -> Bool {
        for record in records where record.type == ReplyScan.signatureType {
            let expiration = octets.doubleWord(record.data + 8)
            let inception = octets.doubleWord(record.data + 12)
            guard Int32(bitPattern: expiration &- time) >= 0,
                Int32(bitPattern: time &- inception) >= 0
            else { return false }
        }
        return true
    }
}
