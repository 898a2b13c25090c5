/// Writes families in Prometheus' text format 0.0.4.
struct Exposition {
    /// What is written so far.
    private(set) var octets: [UInt8] = []
    private let totals: [UInt64]

    init(totals: [UInt64]) {
        self.totals = totals
    }

    /// Writes a family, if it has rows to show.
    mutating func write(_ name: String, _ family: Family) {
        switch family.kind {
        case .counter:
            writeCounters(name, family)
        case .histogram(let bounds, let unit):
            writeHistograms(name, family, bounds: bounds, unit: unit)
        case .reading(let kind):
            writeReadings(name, family, kind)
        }
    }

    private mutating func writeCounters(_ name: String, _ family: Family) {
        var rows: [(labels: String, value: UInt64)] = []
        for row in family.rows {
            let value = total(row, 0)
            if value > 0 || row.exposesZeros { rows.append((row.labels, value)) }
        }
        writeHead(name, family, "counter", isEmpty: rows.isEmpty)
        for row in rows.sorted(by: { $0.labels < $1.labels }) {
            writeSample(name, row.labels, String(row.value))
        }
    }

    private mutating func writeHistograms(
        _ name: String,
        _ family: Family,
        bounds: [Double],
        unit: HistogramUnit
    ) {
        var rows: [(labels: String, counts: [UInt64])] = []
        for row in family.rows {
            let counts = (0..<bounds.count + 2).map { total(row, $0) }
            // The sum may be ahead of the buckets or behind: it says nothing about emptiness.
            if row.exposesZeros || counts.dropLast().contains(where: { $0 > 0 }) {
                rows.append((row.labels, counts))
            }
        }
        writeHead(name, family, "histogram", isEmpty: rows.isEmpty)
        let limits = bounds.map { NumberText.text($0) } + ["+Inf"]
        for row in rows.sorted(by: { $0.labels < $1.labels }) {
            let prefix = row.labels.isEmpty ? "" : "\(row.labels),"
            var count: UInt64 = 0
            for (limit, bucket) in zip(limits, row.counts) {
                count &+= bucket
                writeSample("\(name)_bucket", "\(prefix)le=\"\(limit)\"", String(count))
            }
            let sum = row.counts[bounds.count + 1]
            let text = unit == .seconds ? NumberText.seconds(nanoseconds: sum) : String(sum)
            writeSample("\(name)_sum", row.labels, text)
            // Not a count of its own, so that it is always what the last bucket says.
            writeSample("\(name)_count", row.labels, String(count))
        }
    }

    private mutating func writeReadings(_ name: String, _ family: Family, _ kind: ReadingKind) {
        var rows: [(labels: String, value: Double)] = []
        for (labels, row) in family.readings {
            if let value = row.functions.last?.read() { rows.append((labels, value)) }
        }
        let type = kind == .gauge ? "gauge" : "counter"
        writeHead(name, family, type, isEmpty: rows.isEmpty)
        for row in rows.sorted(by: { $0.labels < $1.labels }) {
            writeSample(name, row.labels, NumberText.text(row.value))
        }
    }

    private func total(_ row: Family.Row, _ offset: Int) -> UInt64 {
        var value = totals[Int(row.slot) + offset]
        for slot in row.further { value &+= totals[Int(slot) + offset] }
        return value
    }

    private mutating func writeHead(
        _ name: String,
        _ family: Family,
        _ type: String,
        isEmpty: Bool
    ) {
        guard !isEmpty else { return }
        append("# HELP \(name) \(LabelSet.escape(family.help, quote: false))\n")
        append("# TYPE \(name) \(type)\n")
    }

    private mutating func writeSample(_ name: String, _ labels: String, _ value: String) {
        append(name)
        if !labels.isEmpty {
            append("{")
            append(labels)
            append("}")
        }
        append(" ")
        append(value)
        append("\n")
    }

    private mutating func append(_ text: String) { octets.append(contentsOf: text.utf8) }
}
