internal import DNSWire

/// The canonical order of names (RFC 4034 §6.1), by keys whose octets sort in the same way.
///
/// Comparing names label by label would take them apart each time.
enum CanonicalOrder {
    /// A name and its key.
    struct Entry: Sendable {
        /// The name.
        var name: Name
        /// The labels from the last to the first, in lower case, each with a zero octet behind it.
        var key: [UInt8]
    }

    /// Names in canonical order.
    static func sorted(_ names: some Sequence<Name>) -> [Entry] {
        names.map { Entry(name: $0, key: key($0)) }.sorted { isBefore($0.key, $1.key) }
    }

    /// The key of a name.
    static func key(_ name: Name) -> [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(name.octets.count + 4)
        for label in name.labels.reversed() {
            for octet in label {
                let lower = 0x41...0x5A ~= octet ? octet | 0x20 : octet
                // Zero ends a label, so that a zero within one becomes one and one.
                if lower <= 1 {
                    key += [1, lower + 1]
                } else {
                    key.append(lower)
                }
            }
            key.append(0)
        }
        return key
    }

    /// Whether a key sorts before another.
    static func isBefore(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.lexicographicallyPrecedes(right)
    }
}

/// The names of a signed zone that say what follows them: those with an NSEC record.
struct ProofNames: Sendable {
    private let entries: [CanonicalOrder.Entry]

    /// Takes names in canonical order.
    init(_ entries: [CanonicalOrder.Entry]) { self.entries = entries }

    /// Whether there are none.
    var isEmpty: Bool { entries.isEmpty }

    /// The last name that is not behind another one; the last of all if that is before the first.
    func name(before name: Name) -> Name? {
        let key = CanonicalOrder.key(name)
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if CanonicalOrder.isBefore(key, entries[middle].key) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low > 0 ? entries[low - 1].name : entries.last?.name
    }
}
