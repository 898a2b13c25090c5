/// Where a pattern and its groups were found.
public struct PatternMatch: Sendable {
    private let subject: [UInt8]
    private let bounds: [Int]
    private let names: [String?]

    init(subject: [UInt8], bounds: [Int], names: [String?]) {
        self.subject = subject
        self.bounds = bounds
        self.names = names
    }

    /// The number of groups, the whole match among them.
    public var count: Int { names.count }

    /// Finds where a group matched.
    ///
    /// - Parameter group: The group's number; 0 is the whole match.
    /// - Returns: The offsets of its octets in the subject, or nil when the group took no part.
    public func range(of group: Int) -> Range<Int>? {
        guard names.indices.contains(group), bounds[2 * group] >= 0 else { return nil }
        let (low, high) = (bounds[2 * group], bounds[2 * group + 1])
        return low <= high ? low..<high : nil
    }

    /// The text of a group by number, or nil when the group took no part.
    public subscript(group: Int) -> String? {
        range(of: group).map { String(decoding: subject[$0], as: UTF8.self) }
    }

    /// The text of a group by name, or nil when there is no such group or it took no part.
    public subscript(name: String) -> String? {
        names.firstIndex(of: name).flatMap { self[$0] }
    }

    /// The texts of all groups by number, empty for those that took no part.
    public var groups: [String] {
        (0..<count).map { self[$0] ?? "" }
    }

    /// The texts of the groups that have a name, empty for those that took no part.
    public var namedGroups: [String: String] {
        var texts: [String: String] = [:]
        for (group, name) in names.enumerated() {
            if let name { texts[name] = self[group] ?? "" }
        }
        return texts
    }
}
