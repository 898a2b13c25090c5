/// The metrics of one name.
struct Family {
    /// What a family holds, and where its values come from.
    enum Kind: Equatable {
        case counter
        case histogram(bounds: [Double], unit: HistogramUnit)
        /// Values that are asked for when metrics are written.
        case reading(ReadingKind)
    }

    /// One label set's values: the sums of slots.
    struct Row {
        let labels: String
        /// The first of its slots; further ones came with ranges that have other neighbours.
        let slot: UInt32
        var further: [UInt32] = []
        var exposesZeros: Bool
    }

    /// One label set whose value is asked for; the newest function that is left answers.
    struct ReadingRow {
        let labels: LabelSet
        var functions: [(id: UInt64, read: @Sendable () -> Double?)]
    }

    let kind: Kind
    let help: String
    var rows: [Row] = []
    var readings: [String: ReadingRow] = [:]
    /// Slots taken, those of the overflow row left out.
    var slotCount = 0
    /// The row for label sets that found no room.
    var overflowSlot: UInt32?

    private var indices: [String: Int] = [:]
    private var ranges: [[Int]: UInt32] = [:]

    init(kind: Kind, help: String) {
        self.kind = kind
        self.help = help
    }

    /// The slots of one row.
    var rowSlotCount: Int {
        if case .histogram(let bounds, _) = kind {
            Histogram.slotCount(boundCount: bounds.count)
        } else {
            1
        }
    }

    /// The slots of the rows with these label sets, one after the other, if they have them already.
    func range(of labels: [LabelSet]) -> UInt32? {
        var rows: [Int] = []
        for set in labels {
            guard let index = indices[set.text] else { return nil }
            rows.append(index)
        }
        return ranges[rows]
    }

    /// Gives label sets slots one after the other; what they counted elsewhere they keep.
    mutating func insert(_ labels: [LabelSet], at first: UInt32, exposesZeros: Bool) {
        var order: [Int] = []
        for (offset, set) in labels.enumerated() {
            let slot = first + UInt32(offset * rowSlotCount)
            order.append(insert(set.text, at: slot, exposesZeros: exposesZeros))
        }
        ranges[order] = first
        slotCount += labels.count * rowSlotCount
    }

    /// Gives a label set a slot, and returns its row's index.
    @discardableResult
    mutating func insert(_ labels: String, at slot: UInt32, exposesZeros: Bool) -> Int {
        if let index = indices[labels] {
            rows[index].further.append(slot)
            return index
        }
        indices[labels] = rows.count
        rows.append(Row(labels: labels, slot: slot, exposesZeros: exposesZeros))
        return rows.count - 1
    }
}

/// What a value is that is asked for when metrics are written.
public enum ReadingKind: Sendable {
    /// It goes up and down.
    case gauge
    /// It only goes up, since the process started.
    case counter
}
