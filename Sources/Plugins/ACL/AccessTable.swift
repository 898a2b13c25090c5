internal import Addresses
internal import DNSWire

/// The rules of `acl`, laid out so that a query is matched without allocating.
///
/// Sources are ranges of numbers, sorted and merged: a list of any length is a binary search.
struct AccessTable: ~Copyable, Sendable {
    private struct Rule {
        var zones: Range<Int>
        var policies: Range<Int>
    }

    private struct Policy {
        var action: AccessAction
        var matchesAllSources: Bool
        /// Empty means all.
        var types: Range<Int>
        var narrow: Range<Int>
        var wide: Range<Int>
    }

    /// A number of 128 bits, compared as one.
    private struct Wide: Comparable {
        var high: UInt64
        var low: UInt64

        init(_ address: IPAddress) {
            high = address.high
            low = address.low
        }

        static func < (left: Wide, right: Wide) -> Bool {
            left.high == right.high ? left.low < right.low : left.high < right.high
        }
    }

    private let rules: PlainArray<Rule>
    private let policies: PlainArray<Policy>
    private let zones: ZoneList
    private let types: PlainArray<UInt16>
    private let narrow: PlainArray<ClosedRange<UInt32>>
    private let wide: PlainArray<ClosedRange<Wide>>

    /// Lays out rules.
    ///
    /// The zones of all rules are appended to `zoneNames`, which is empty before, by the index that
    /// ``match(_:)`` returns.
    init(_ source: [AccessRule], zoneNames: inout [Name]) {
        var rules: [Rule] = []
        var policies: [Policy] = []
        var types: [UInt16] = []
        var narrow: [ClosedRange<UInt32>] = []
        var wide: [ClosedRange<Wide>] = []
        for rule in source {
            let firstZone = zoneNames.count
            let firstPolicy = policies.count
            // The longest zone first: it is the one that is counted.
            zoneNames += rule.zones.sorted { $0.labelCount > $1.labelCount }
            for policy in rule.policies {
                let starts = (types.count, narrow.count, wide.count)
                if !policy.matchesAllTypes { types += policy.types.map(\.rawValue) }
                narrow += AccessTable.merged(
                    policy.sources.filter(\.base.isIPv4).map {
                        let first = UInt32(truncatingIfNeeded: $0.base.low)
                        return first...UInt32(truncatingIfNeeded: $0.last.low)
                    }
                )
                wide += AccessTable.merged(
                    policy.sources.filter { !$0.base.isIPv4 }.map { Wide($0.base)...Wide($0.last) }
                )
                policies.append(
                    Policy(
                        action: policy.action,
                        matchesAllSources: policy.matchesAllSources || policy.sources.isEmpty,
                        types: starts.0..<types.count,
                        narrow: starts.1..<narrow.count,
                        wide: starts.2..<wide.count
                    )
                )
            }
            rules.append(
                Rule(
                    zones: firstZone..<zoneNames.count,
                    policies: firstPolicy..<policies.count
                )
            )
        }
        self.rules = PlainArray(rules)
        self.policies = PlainArray(policies)
        self.types = PlainArray(types)
        self.narrow = PlainArray(narrow)
        self.wide = PlainArray(wide)
        zones = ZoneList(zoneNames)
    }

    /// What is to be done with a query, and the index of the zone that says so; nil if no rule
    /// matches.
    func match(_ transaction: borrowing Transaction) -> (action: AccessAction, zone: Int)? {
        for index in 0..<rules.count {
            let rule = rules[index]
            guard let zone = zones.first(in: rule.zones, holding: transaction) else { continue }
            for index in rule.policies {
                let policy = policies[index]
                if hasType(policy, transaction.query.type),
                    hasSource(policy, transaction.client.address)
                {
                    return (policy.action, zone)
                }
            }
        }
        return nil
    }

    private func hasType(_ policy: Policy, _ type: UInt16) -> Bool {
        if policy.types.isEmpty { return true }
        for index in policy.types where types[index] == type { return true }
        return false
    }

    private func hasSource(_ policy: Policy, _ address: IPAddress) -> Bool {
        if policy.matchesAllSources { return true }
        if address.isIPv4 { return holds(policy, UInt32(truncatingIfNeeded: address.low)) }
        // An IPv4 client of a socket for both families (RFC 4291 §2.5.5.2).
        if address.high == 0, address.low >> 32 == 0xFFFF {
            return holds(policy, UInt32(truncatingIfNeeded: address.low))
        }
        return AccessTable.holds(wide, policy.wide, Wide(address))
    }

    private func holds(_ policy: Policy, _ address: UInt32) -> Bool {
        AccessTable.holds(narrow, policy.narrow, address)
    }

    /// Whether one of some sorted ranges holds a number: O(log n).
    private static func holds<Number: Comparable & Sendable>(
        _ ranges: borrowing PlainArray<ClosedRange<Number>>,
        _ part: Range<Int>,
        _ number: Number
    ) -> Bool {
        var low = part.lowerBound
        var high = part.upperBound
        while low < high {
            let middle = low + (high - low) / 2
            if ranges[middle].upperBound < number { low = middle + 1 } else { high = middle }
        }
        return low < part.upperBound && ranges[low].lowerBound <= number
    }

    /// Ranges sorted, with those that overlap made one.
    private static func merged<Number: Comparable>(
        _ ranges: [ClosedRange<Number>]
    ) -> [ClosedRange<Number>] {
        var result: [ClosedRange<Number>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, range.lowerBound <= last.upperBound {
                let end = max(last.upperBound, range.upperBound)
                result[result.count - 1] = last.lowerBound...end
            } else {
                result.append(range)
            }
        }
        return result
    }
}
