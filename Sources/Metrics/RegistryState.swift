/// Which slots belong to which rows: what a registry keeps behind its lock.
struct RegistryState {
    /// Why a label set has no place of its own.
    enum Refusal: Int, CaseIterable {
        /// All slots, families or readings are taken.
        case full
        /// The family is there with another type, or with other bounds.
        case mismatch
        /// A name is none that Prometheus takes.
        case name

        var label: String {
            switch self {
            case .full: "full"
            case .mismatch: "mismatch"
            case .name: "name"
            }
        }
    }

    /// Where values go, and why, if it isn't to a place of their own.
    struct Place {
        var slot: UInt32
        /// Whether there are as many slots as were asked for, or just those of one row.
        var isOwn = true
        /// Whether it is the place that knows no family.
        var isUnattributed = false
        var refusal: Refusal?

        static func unattributed(_ refusal: Refusal) -> Self {
            Self(slot: 0, isOwn: false, isUnattributed: true, refusal: refusal)
        }
    }

    /// The slots of what has no family: a counter, or a histogram without bounds.
    static let unattributedSlotCount = 2
    static let overflowLabels = "overflow=\"true\""

    private(set) var families: [String: Family] = [:]
    /// All slots below this one may be in use.
    private(set) var slotEnd = Limits.firstSlot
    private(set) var overflowEnd = unattributedSlotCount
    private(set) var readingCount = 0
    private var nextReading: UInt64 = 0
    var blocks: [MetricsWriter] = []

    /// The slots that are in use.
    var slotRanges: [Range<Int>] { [0..<overflowEnd, Limits.firstSlot..<slotEnd] }

    init() {
        let name = "martlet_metrics_unattributed_total"
        let help = "Increments of metrics that found no room at all."
        var family = Family(kind: .counter, help: help)
        family.insert("", at: 0, exposesZeros: true)
        families[name] = family
    }

    /// Finds or makes rows with slots one after the other.
    mutating func place(
        _ name: String,
        kind: Family.Kind,
        help: String,
        labels: [LabelSet],
        exposesZeros: Bool
    ) -> Place {
        if let refusal = openFamily(name, kind: kind, help: help) {
            return .unattributed(refusal)
        }
        // Out of the table while it changes, so that nothing is copied.
        guard var family = families.removeValue(forKey: name) else { return .unattributed(.full) }
        defer { families[name] = family }
        guard !labels.isEmpty else { return Place(slot: 0, isOwn: false, isUnattributed: true) }
        if let slot = family.range(of: labels) { return Place(slot: slot) }
        let count = labels.count * family.rowSlotCount
        guard
            slotEnd + count <= Limits.slotCountMax,
            family.slotCount + count <= Limits.familySlotCountMax
        else { return overflow(&family) }
        let first = UInt32(slotEnd)
        slotEnd += count
        family.insert(labels, at: first, exposesZeros: exposesZeros)
        return Place(slot: first)
    }

    /// Makes a family, unless it is there; says why it can't be had.
    private mutating func openFamily(
        _ name: String,
        kind: Family.Kind,
        help: String
    ) -> Refusal? {
        if let family = families[name] { return family.kind == kind ? nil : .mismatch }
        guard LabelSet.isMetricName(name) else { return .name }
        guard families.count < Limits.familyCountMax else { return .full }
        families[name] = Family(kind: kind, help: help)
        return nil
    }

    /// The row of a family for what found no room.
    private mutating func overflow(_ family: inout Family) -> Place {
        if let slot = family.overflowSlot {
            return Place(slot: slot, isOwn: false, refusal: .full)
        }
        let count = family.rowSlotCount
        guard overflowEnd + count <= Limits.firstSlot else { return .unattributed(.full) }
        let slot = UInt32(overflowEnd)
        overflowEnd += count
        family.insert(Self.overflowLabels, at: slot, exposesZeros: true)
        family.overflowSlot = slot
        return Place(slot: slot, isOwn: false, refusal: .full)
    }
}

// MARK: Values that are asked for

extension RegistryState {
    /// Adds a function to ask; the result is its number, or why there is none.
    mutating func addReading(
        _ name: String,
        kind: ReadingKind,
        help: String,
        labels: LabelSet,
        read: @escaping @Sendable () -> Double?
    ) -> Result<UInt64, ReadingRefusal> {
        guard readingCount < Limits.readingCountMax else { return .failure(.init(why: .full)) }
        if let refusal = openFamily(name, kind: .reading(kind), help: help) {
            return .failure(.init(why: refusal))
        }
        nextReading += 1
        readingCount += 1
        families[name]?.readings[
            labels.text,
            default: Family.ReadingRow(labels: labels, functions: [])
        ].functions.append((id: nextReading, read: read))
        return .success(nextReading)
    }

    /// Why a reading was refused, as an error.
    struct ReadingRefusal: Error {
        let why: Refusal
    }

    /// Removes a function, and returns what is to be released after the lock is.
    mutating func removeReading(
        _ name: String,
        labels: String,
        id: UInt64
    ) -> Family.ReadingRow? {
        guard let row = families[name]?.readings[labels],
            row.functions.contains(where: { $0.id == id })
        else { return nil }
        readingCount -= 1
        families[name]?.readings[labels]?.functions.removeAll { $0.id == id }
        if row.functions.count == 1 { families[name]?.readings[labels] = nil }
        return row
    }

    /// Removes all functions of rows with all these labels, and returns what is to be released.
    mutating func removeReadings(
        of name: String?,
        matching labels: [(String, String)]
    ) -> [Family.ReadingRow] {
        var removed: [Family.ReadingRow] = []
        for key in Array(families.keys) where name == nil || name == key {
            for (text, row) in families[key]?.readings ?? [:] {
                let isMatch = labels.allSatisfy { label in
                    row.labels.pairs.contains { $0.name == label.0 && $0.value == label.1 }
                }
                guard isMatch else { continue }
                families[key]?.readings[text] = nil
                readingCount -= row.functions.count
                removed.append(row)
            }
        }
        return removed
    }
}
